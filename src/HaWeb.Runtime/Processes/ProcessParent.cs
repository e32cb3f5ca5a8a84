namespace HaWeb.Runtime.Processes;

/// <summary>
/// The small parent of every process of a unit, a script of the machine's own shell: it keeps the exit code where no agent is there to take it, and is no part
/// of what runs, which gets neither its variables nor its signals.
/// </summary>
internal static class ProcessParent
{
    /// <summary>
    /// The parent. Its arguments: the run's folder, the working directory, the umask, where output and errors go, <c>bounded</c> for one that may run long; then
    /// the command. It outlives the signals to its session. What a process prints is bounded here while no agent takes it in.
    /// </summary>
    private const string Parent = """
        folder=$1 bounded=$6 bounder=
        trap : HUP INT QUIT TERM USR1 USR2 ALRM
        trap '' PIPE
        exec 3>&1 >/dev/null 2>&1 </dev/null
        if [ "$bounded" = bounded ]; then
          (
            exec 3>&-
            # It ends with the run alone, not by a signal that the run may not hear. One that comes before this line is lost.
            trap 'if [ -e "$folder/exit.new" ]; then kill "$!"; exit; fi' HUP INT QUIT TERM USR1 USR2 ALRM
            while [ ! -e "$folder/exit.new" ] && kill -0 "$$"; do
              sleep 1 &
              wait "$!"
              for spool in "$folder/out" "$folder/err"; do
                [ ! "$spool.read" -nt "$spool" ] || continue
                used=$(du -k "$spool" | cut -f 1)
                [ "${used:-0}" -lt 8192 ] || : >"$spool"
              done
            done
          ) &
          bounder=$!
        fi
        /bin/sh "${0%parent}child" "$@"
        code=$?
        echo "$code" >"$folder/exit.new"
        if [ -n "$bounder" ]; then
          kill "$bounder"
          [ -e "$folder/exit.new" ] || kill -KILL "$bounder"
          wait "$bounder"
        fi
        mv "$folder/exit.new" "$folder/exit"

        """;

    /// <summary>What becomes the process itself.</summary>
    private const string Child = """
        folder=$1 directory=$2 mask=$3 output=$4 errors=$5
        shift 6
        echo "$$" >"$folder/pid"
        echo "$$" >&3
        exec 3>&- 2>>"$folder/err"
        cd "$directory" || exit 200
        umask "$mask"
        open() {
          case $2 in
            log) eval "exec $1>>\"\$folder/$3\"" ;;
            null) eval "exec $1>/dev/null" ;;
            file:*) eval "exec $1<>\"\${2#file:}\"" ;;
            append:*) eval "exec $1>>\"\${2#append:}\"" ;;
            truncate:*) eval "exec $1>\"\${2#truncate:}\"" ;;
          esac
        }
        open 1 "$output" out || exit 209
        if [ "$errors" = "$output" ] && [ "$errors" != log ]; then
          exec 2>&1
        else
          open 2 "$errors" err || exit 222
        fi

        # From here on the only variables are the unit's own.
        set -- "$folder" "$@"
        unset folder directory mask output errors PWD OLDPWD
        . "$1/environment"
        /bin/rm -f "$1/environment"
        shift
        [ -z "$BASH_VERSION" ] || set -- /usr/bin/env -u _ -u SHLVL "$@"
        exec "$@"

        """;

    /// <summary>Puts both into a folder, where they are not there yet.</summary>
    /// <returns>The parent's path.</returns>
    public static string Install(string folder)
    {
        var path = Path.Combine(folder, "parent");
        Write(Path.Combine(folder, "child"), Child);
        Write(path, Parent);
        return path;
    }

    /// <summary>A script that runs is read as it goes on: it is replaced as a whole, and only by another one.</summary>
    private static void Write(string path, string script)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != script)
        {
            File.WriteAllText(path + ".new", script);
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
