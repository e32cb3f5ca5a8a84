using System.Management.Automation;
using HaWeb.Tools.PowerShellHost.Hosting;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = "Property")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly ObjectComparer _comparer = new(ignoreCase: false);
    private readonly Queue<PSObject> _tail = new();
    private readonly List<PSObject> _written = [];
    private PropertyExpression[] _properties = [];
    private int _skipped;
    private int _taken;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0, ParameterSetName = "Property")]
    public object[]? Property { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Expand")]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    private bool HasFirst => MyInvocation.BoundParameters.ContainsKey(nameof(First));

    private bool HasLast => MyInvocation.BoundParameters.ContainsKey(nameof(Last));

    protected override void BeginProcessing() => _properties = PropertyExpression.ParseAll(Property);

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        if (HasLast)
        {
            HoldForLast(InputObject);
            return;
        }

        if (_skipped < Skip)
        {
            _skipped++;
            return;
        }

        if (!HasFirst)
        {
            Emit(InputObject);
            return;
        }

        if (_taken < First)
        {
            _taken++;
            Emit(InputObject);
        }

        if (_taken >= First)
        {
            throw EngineInternals.StopUpstream(this);
        }
    }

    protected override void EndProcessing()
    {
        // -Skip counts from the end when -Last is given.
        for (var count = _tail.Count - Skip; count > 0; count--)
        {
            Emit(_tail.Dequeue());
        }
    }

    private void HoldForLast(PSObject input)
    {
        if (HasFirst && _taken < First)
        {
            _taken++;
            Emit(input);
            return;
        }

        _tail.Enqueue(input);
        if (_tail.Count > Last + Skip)
        {
            _tail.Dequeue();
        }
    }

    private void Emit(PSObject input)
    {
        if (ExpandProperty is { } name)
        {
            Expand(input, name);
        }
        else
        {
            EmitOne(_properties.Length == 0 ? input : Shape(input));
        }
    }

    private PSObject Shape(PSObject input)
    {
        var shaped = new PSObject();
        shaped.TypeNames.Insert(0, "Selected." + input.TypeNames[0]);
        foreach (var (name, value) in _properties.SelectMany(property => property.Select(input)))
        {
            if (shaped.Properties[name] is null)
            {
                shaped.Properties.Add(new PSNoteProperty(name, value));
            }
        }

        return shaped;
    }

    private void Expand(PSObject input, string name)
    {
        if (input.Properties[name] is not { } property)
        {
            var problem = new PSArgumentException($"Property \"{name}\" cannot be found.");
            WriteError(new ErrorRecord(problem, "ExpandPropertyNotFound", ErrorCategory.InvalidArgument, input));
            return;
        }

        if (LanguagePrimitives.GetEnumerable(property.Value) is not { } values)
        {
            EmitOne(property.Value is null ? null : PSObject.AsPSObject(property.Value));
            return;
        }

        foreach (var value in values)
        {
            EmitOne(value is null ? null : PSObject.AsPSObject(value));
        }
    }

    private void EmitOne(PSObject? output)
    {
        if (Unique)
        {
            if (_written.Exists(earlier => _comparer.AreSame(earlier, output)))
            {
                return;
            }

            if (output is not null)
            {
                _written.Add(output);
            }
        }

        WriteObject(output);
    }
}
