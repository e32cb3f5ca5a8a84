using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>
/// Runs script blocks in scopes as Pester 5 does: a block's setup is dot-sourced into the block's scope, and what is inside
/// the block runs in scopes below it.
/// </summary>
internal sealed class EngineScope(EngineIntrinsics engine)
{
    // These run in the tests' own session state; the odd names keep out of the way of the tests' variables.
    private static readonly ScriptBlock Enter = ScriptBlock.Create("param($______action) $______action.Invoke()");
    private static readonly ScriptBlock Splat = ScriptBlock.Create("param($______body, $______data) . $______body @______data");

    /// <summary>Does the work while a new scope, child of the present one, is current.</summary>
    public void InNewScope(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        Action guarded = () =>
        {
            try
            {
                work();
            }
            catch (Exception problem) when (problem is not PipelineStoppedException)
            {
                // Carried around the engine, which would wrap it as the failure of a method call.
                failure = ExceptionDispatchInfo.Capture(problem);
            }
        };
        engine.InvokeCommand.InvokeScript(true, Enter, null, guarded);
        failure?.Throw();
    }

    /// <summary>Runs the script block in the present scope, so that what it sets stays.</summary>
    public void DotSource(ScriptBlock body) => engine.InvokeCommand.InvokeScript(false, body, null);

    /// <summary>The same, with the data bound to the block's own param() if it has one.</summary>
    public void DotSource(ScriptBlock body, Model.TestData data)
    {
        if (data.Entries is { } entries && body.Ast is System.Management.Automation.Language.ScriptBlockAst { ParamBlock: not null })
        {
            engine.InvokeCommand.InvokeScript(false, Splat, null, body, entries);
        }
        else
        {
            DotSource(body);
        }
    }

    public void SetVariables(Model.TestData data)
    {
        foreach (var (name, value) in data.Variables())
        {
            SetVariable(name, value);
        }
    }

    public void SetVariable(string name, object? value) => engine.SessionState.PSVariable.Set("local:" + name, value);

    public object? Variable(string name) => engine.SessionState.PSVariable.GetValue(name);
}
