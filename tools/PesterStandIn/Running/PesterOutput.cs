namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>How much Invoke-Pester shows.</summary>
public enum PesterOutput
{
    None,
    Normal,
    Detailed,
}
