using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet(VerbsDiagnostic.Measure, "Object")]
[OutputType(typeof(MeasureInfo))]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly ObjectComparer _comparer = new(ignoreCase: true);
    private readonly Dictionary<string, List<object>> _values = [];
    private readonly List<string> _names = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public string[] Property { get; set; } = [];

    [Parameter]
    public SwitchParameter Sum { get; set; }

    [Parameter]
    public SwitchParameter Average { get; set; }

    [Parameter]
    public SwitchParameter Maximum { get; set; }

    [Parameter]
    public SwitchParameter Minimum { get; set; }

    private bool NeedsNumbers => Sum || Average;

    protected override void BeginProcessing()
    {
        foreach (var name in Property.Length == 0 ? [string.Empty] : Property)
        {
            if (_values.TryAdd(name, []))
            {
                _names.Add(name);
            }
        }
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        foreach (var name in _names)
        {
            var value = name.Length == 0 ? InputObject.BaseObject : InputObject.Properties[name]?.Value;
            if (value is not null)
            {
                Add(name, value is PSObject wrapped ? wrapped.BaseObject : value);
            }
        }
    }

    protected override void EndProcessing()
    {
        foreach (var name in _names)
        {
            if (_values[name].Count == 0 && name.Length > 0)
            {
                var problem = new PSArgumentException($"The property \"{name}\" cannot be found in the input for any objects.");
                WriteError(new ErrorRecord(problem, "GenericMeasurePropertyNotFound", ErrorCategory.InvalidArgument, name));
            }
            else
            {
                WriteObject(Describe(name, _values[name]));
            }
        }
    }

    private void Add(string name, object value)
    {
        if (NeedsNumbers && !LanguagePrimitives.TryConvertTo(value, out double _))
        {
            var problem = new PSInvalidCastException($"Input object \"{value}\" is not numeric.");
            WriteError(new ErrorRecord(problem, "NonNumericInputObject", ErrorCategory.InvalidType, value));
            return;
        }

        _values[name].Add(value);
    }

    private MeasureInfo Describe(string name, List<object> values)
    {
        double? sum = NeedsNumbers ? values.Sum(LanguagePrimitives.ConvertTo<double>) : null;
        return new MeasureInfo
        {
            Count = values.Count,
            Property = name.Length == 0 ? null : name,
            Sum = Sum ? sum : null,
            Average = Average && values.Count > 0 ? sum / values.Count : null,
            Maximum = Maximum ? values.Max(_comparer) : null,
            Minimum = Minimum ? values.Min(_comparer) : null,
        };
    }
}
