namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>One answer to a question; an ampersand in the label stands before its key: <c>Yes to &amp;All</c>.</summary>
internal sealed class ChoiceLabel
{
    public ChoiceLabel(string label)
    {
        var mark = label.IndexOf('&', StringComparison.Ordinal);
        Text = label.Replace("&", string.Empty, StringComparison.Ordinal);
        Key = mark >= 0 && mark + 1 < label.Length ? char.ToUpperInvariant(label[mark + 1]).ToString() : Text;
    }

    public string Text { get; }

    public string Key { get; }

    public bool IsChosenBy(string answer) =>
        answer.Equals(Key, StringComparison.OrdinalIgnoreCase) || answer.Equals(Text, StringComparison.OrdinalIgnoreCase);
}
