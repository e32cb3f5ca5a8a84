using System.Management.Automation;
using System.Reflection;
using HaWeb.PowerShell.Base;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class CommandRulesTests
{
    private static readonly string[] Changers = ["Import", "Start", "Stop", "Restart", "Remove", "Register", "Unregister", "Publish", "Invoke", "Set", "Suspend", "Resume", "Move", "Optimize", "Export", "Update"];

    public static TheoryData<Type> Commands => [.. typeof(AsyncCmdlet).Assembly.GetExportedTypes().Where(type => type.IsDefined(typeof(CmdletAttribute)))];

    [Theory]
    [MemberData(nameof(Commands))]
    public void No_command_prompts_for_ever_in_a_runbook(Type command)
    {
        var attribute = command.GetCustomAttribute<CmdletAttribute>()!;

        Assert.True(attribute.ConfirmImpact <= ConfirmImpact.Medium);
        Assert.Equal(Changers.Contains(attribute.VerbName) && command.Name != "StartHaAgentCommand", attribute.SupportsShouldProcess);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_can_be_stopped_while_it_works(Type command) => Assert.True(command.IsSubclassOf(typeof(AsyncCmdlet)));

    [Theory]
    [MemberData(nameof(Commands))]
    public void An_unquoted_brace_range_cannot_bind_to_a_second_parameter(Type command)
    {
        var parameters = command.GetProperties().SelectMany(property => property.GetCustomAttributes<ParameterAttribute>().Select(attribute => (property.Name, attribute))).ToList();

        Assert.DoesNotContain(parameters, parameter => parameter.attribute.ValueFromRemainingArguments);
        Assert.All(
            parameters.Where(parameter => parameter.attribute.Position >= 0).GroupBy(parameter => parameter.attribute.ParameterSetName),
            set => Assert.Equal(0, Assert.Single(set).attribute.Position));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_a_command_puts_out_is_our_own_and_sealed(Type command) =>
        Assert.All(
            command.GetCustomAttributes<OutputTypeAttribute>().SelectMany(output => output.Type).Where(output => output.Type != typeof(string) && output.Type != typeof(FileInfo)),
            output => Assert.True(output.Type.IsSealed && output.Type.Namespace!.StartsWith("HaWeb.PowerShell", StringComparison.Ordinal), output.Name));
}
