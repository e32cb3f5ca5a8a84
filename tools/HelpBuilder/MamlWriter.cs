using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace HaWeb.Tools.HelpBuilder;

/// <summary>Writes help in the form that PowerShell reads, MAML.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(bool)] = "bool",
        [typeof(object)] = "Object",
    };

    public static XDocument Write(IEnumerable<CommandHelp> help) => new(
        new XElement(
            Msh + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            help.Select(OneCommand)));

    private static XElement OneCommand(CommandHelp help)
    {
        var (cmdlet, page) = help;
        var texts = page.Below("Parameters").ToDictionary(text => text.Heading.TrimStart('-'), StringComparer.Ordinal);
        return new XElement(
            Command + "command",
            new XElement(
                Command + "details",
                new XElement(Command + "name", cmdlet.Name),
                new XElement(Command + "verb", cmdlet.Verb),
                new XElement(Command + "noun", cmdlet.Noun),
                new XElement(Maml + "description", Paragraphs([page.Synopsis]))),
            new XElement(Maml + "description", Paragraphs(page.Section("Description")!.Paragraphs())),
            new XElement(Command + "syntax", cmdlet.ParameterSets.Select(set => Syntax(cmdlet, set, texts))),
            new XElement(Command + "parameters", AllParameters(cmdlet).Select(parameter => Parameter(parameter, texts))),
            new XElement(Command + "inputTypes", Types("inputType", page.Below("Inputs"), InputTypes(cmdlet))),
            new XElement(Command + "returnValues", Types("returnValue", page.Below("Outputs"), OutputTypes(cmdlet))),
            page.Section("Notes") is { } notes
                ? new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(notes.Paragraphs())))
                : null,
            new XElement(Command + "examples", page.Below("Examples").Select(Example)),
            new XElement(Command + "relatedLinks", (page.Section("Related")?.Paragraphs() ?? []).Select(Link)));
    }

    private static XElement Syntax(CmdletInfo cmdlet, CommandParameterSetInfo set, Dictionary<string, HelpSection> texts) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", cmdlet.Name),
        set.Parameters
            .Where(IsShown)
            .OrderBy(parameter => parameter.Position < 0 ? int.MaxValue : parameter.Position)
            .ThenByDescending(parameter => parameter.IsMandatory)
            .Select(parameter => Parameter(parameter, texts)));

    /// <summary>Each parameter once, from the first set that has it.</summary>
    private static IEnumerable<CommandParameterInfo> AllParameters(CmdletInfo cmdlet) =>
        cmdlet.ParameterSets.SelectMany(set => set.Parameters)
            .Where(IsShown)
            .DistinctBy(parameter => parameter.Name)
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);

    private static bool IsShown(CommandParameterInfo parameter) =>
        CmdletCatalog.IsOwn(parameter.Name) || parameter.Name is "WhatIf" or "Confirm";

    private static XElement Parameter(CommandParameterInfo parameter, Dictionary<string, HelpSection> texts)
    {
        var description = parameter.Name switch
        {
            "WhatIf" => ["Shows what would happen, with the reason, and changes nothing."],
            "Confirm" => ["Asks before each change."],
            var name => texts[name].Paragraphs(),
        };
        var isSwitch = parameter.ParameterType == typeof(SwitchParameter);
        var type = TypeName(parameter.ParameterType);
        return new XElement(
            Command + "parameter",
            new XAttribute("required", Truth(parameter.IsMandatory)),
            new XAttribute("variableLength", Truth(parameter.ParameterType.IsArray)),
            new XAttribute("globbing", Truth(parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any())),
            new XAttribute("pipelineInput", PipelineInput(parameter)),
            new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            new XElement(Maml + "description", Paragraphs(description)),
            isSwitch ? null : Choices(parameter),
            isSwitch ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", "false"), type),
            new XElement(Dev + "type", new XElement(Maml + "name", type)));
    }

    private static XElement? Choices(CommandParameterInfo parameter)
    {
        var element = parameter.ParameterType.IsArray ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        var values = element.IsEnum
            ? Enum.GetNames(element)
            : parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(set => set.ValidValues).ToArray();
        return values.Length == 0
            ? null
            : new XElement(
                Command + "parameterValueGroup",
                values.Select(value => new XElement(
                    Command + "parameterValue",
                    new XAttribute("required", "false"),
                    new XAttribute("variableLength", "false"),
                    value)));
    }

    /// <summary>The types that the page describes, or where it describes none, those that the cmdlet declares.</summary>
    private static IEnumerable<XElement> Types(string element, IEnumerable<HelpSection> described, IEnumerable<string> declared)
    {
        var types = described.Select(section => (Name: section.Heading, Texts: section.Paragraphs())).ToList();
        var shown = types.Count > 0 ? types : declared.Select(name => (Name: name, Texts: Enumerable.Empty<string>()));
        return shown.Select(type => new XElement(
            Command + element,
            new XElement(Dev + "type", new XElement(Maml + "name", type.Name)),
            new XElement(Maml + "description", Paragraphs(type.Texts))));
    }

    private static IEnumerable<string> InputTypes(CmdletInfo cmdlet) =>
        AllParameters(cmdlet).Where(parameter => parameter.ValueFromPipeline).Select(parameter => TypeName(parameter.ParameterType)).Distinct();

    private static IEnumerable<string> OutputTypes(CmdletInfo cmdlet) =>
        cmdlet.OutputType.Select(type => type.Type is null ? type.Name : TypeName(type.Type)).Distinct();

    private static XElement Example(HelpSection section, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"----- Example {index + 1}: {section.Heading} -----"),
        new XElement(Dev + "code", section.Code()),
        new XElement(Dev + "remarks", Paragraphs(section.Paragraphs().Append(string.Empty))));

    private static XElement Link(string text) => new(
        Maml + "navigationLink",
        new XElement(Maml + "linkText", text.TrimStart('-', ' ')),
        new XElement(Maml + "uri"));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> texts) => texts.Select(text => new XElement(Maml + "para", text));

    private static string PipelineInput(CommandParameterInfo parameter) =>
        (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };

    private static string TypeName(Type type) =>
        type.IsArray ? TypeName(type.GetElementType()!) + "[]"
        : Nullable.GetUnderlyingType(type) is { } inner ? TypeName(inner)
        : Keywords.GetValueOrDefault(type, type.Name);

    private static string Truth(bool value) => value ? "true" : "false";
}
