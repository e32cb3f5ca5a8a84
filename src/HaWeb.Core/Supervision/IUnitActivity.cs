using HaWeb.Core.Effects;

namespace HaWeb.Core.Supervision;

/// <summary>What is under way in a unit's life: a start, a stop or a reload. There is one at a time.</summary>
internal interface IUnitActivity
{
    /// <summary>Which command of the phase runs, from 0.</summary>
    int Step { get; }

    /// <summary>The process that this command is, or the container that it has made; null when it has neither yet.</summary>
    string? Started { get; }

    /// <summary>When it has to be woken.</summary>
    DateTimeOffset? NextWake { get; }

    /// <summary>Docker answers again.</summary>
    void DockerIsBack();

    /// <summary>A container or process has ended.</summary>
    void ContainerExited(string container, long exitCode);

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    bool Answer(Event.Answer answer, DateTimeOffset now);

    /// <summary>Time has passed.</summary>
    void Woke(DateTimeOffset now);

    /// <summary>Nothing of it is waited for any more, and nothing that only it waited for runs on.</summary>
    void End();

    /// <summary>An activity that goes on; one that does not is ended.</summary>
    static T? Keep<T>(T? activity, bool goesOn)
        where T : class, IUnitActivity
    {
        if (!goesOn)
        {
            activity?.End();
        }

        return goesOn ? activity : null;
    }
}
