using System.Management.Automation;

namespace HaWeb.PowerShell.Base;

/// <summary>One thing that the work of a cmdlet says to PowerShell. It is said on the pipeline's thread, where alone that is allowed.</summary>
internal abstract record StreamRecord
{
    private StreamRecord()
    {
    }

    /// <summary>Says it.</summary>
    /// <param name="cmdlet">The cmdlet, on its pipeline's thread.</param>
    public abstract void Send(Cmdlet cmdlet);

    /// <summary>An object for the pipeline.</summary>
    /// <param name="Value">The object.</param>
    public sealed record Output(object Value) : StreamRecord
    {
        public override void Send(Cmdlet cmdlet) => cmdlet.WriteObject(Value);
    }

    /// <summary>A non-terminating error.</summary>
    /// <param name="Record">The error.</param>
    public sealed record Error(ErrorRecord Record) : StreamRecord
    {
        public override void Send(Cmdlet cmdlet) => cmdlet.WriteError(Record);
    }

    /// <summary>A warning.</summary>
    /// <param name="Text">Its text.</param>
    public sealed record Warning(string Text) : StreamRecord
    {
        public override void Send(Cmdlet cmdlet) => cmdlet.WriteWarning(Text);
    }

    /// <summary>Something that -Verbose shows.</summary>
    /// <param name="Text">Its text.</param>
    public sealed record Verbose(string Text) : StreamRecord
    {
        public override void Send(Cmdlet cmdlet) => cmdlet.WriteVerbose(Text);
    }

    /// <summary>Something for the information stream.</summary>
    /// <param name="Text">Its text.</param>
    /// <param name="Tag">Its tag.</param>
    public sealed record Information(string Text, string Tag) : StreamRecord
    {
        public override void Send(Cmdlet cmdlet) => cmdlet.WriteInformation(Text, [Tag]);
    }

    /// <summary>How far the work is.</summary>
    /// <param name="Record">The progress.</param>
    public sealed record Progress(ProgressRecord Record) : StreamRecord
    {
        public override void Send(Cmdlet cmdlet) => cmdlet.WriteProgress(Record);
    }

    /// <summary>A question to the operator; the work waits for the answer.</summary>
    /// <param name="Ask">Asks it.</param>
    /// <param name="Answer">Takes the answer.</param>
    public sealed record Question(Func<Cmdlet, bool> Ask, TaskCompletionSource<bool> Answer) : StreamRecord
    {
        public override void Send(Cmdlet cmdlet)
        {
            try
            {
                Answer.SetResult(Ask(cmdlet));
            }
            catch (Exception)
            {
                Answer.TrySetCanceled();
                throw;
            }
        }
    }
}
