namespace HaWeb.Core.Effects;

/// <summary>How bad a report is.</summary>
public enum ReportSeverity
{
    /// <summary>Something happened as it should.</summary>
    Information,

    /// <summary>Something needs a look, and the cluster goes on.</summary>
    Warning,

    /// <summary>Something failed that an operator has to mend.</summary>
    Error,
}
