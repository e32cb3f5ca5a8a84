using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWeb.Lab;

/// <summary>How one request ended, or one WebSocket.</summary>
/// <param name="Number">Its number in the order of sending, from 1.</param>
/// <param name="Sent">When it was to be sent.</param>
/// <param name="Milliseconds">How long it was from then until the whole answer had come, or until the error.</param>
/// <param name="Status">The HTTP status; null when no answer came.</param>
/// <param name="Body">The answer's text without blanks around it, cut at 200 characters.</param>
/// <param name="Error">Why no answer came; null when one did.</param>
public sealed record RequestOutcome(int Number, DateTimeOffset Sent, double Milliseconds, int? Status, string Body, string? Error)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What it was one of.</summary>
    public string Kind { get; init; } = "";

    /// <summary>By how many milliseconds the sender itself was late: a long time says that this machine was too busy to measure anything.</summary>
    public double Late { get; init; }

    /// <summary>Whether it was sent once more because the kept connection that it came on was closed before there was an answer.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>When it ended.</summary>
    [JsonIgnore]
    public DateTimeOffset Ended => Sent.AddMilliseconds(Milliseconds);

    /// <summary>Whether it was answered with success.</summary>
    [JsonIgnore]
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>Writes it as one line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Readable);

    /// <summary>Reads what <see cref="ToLine"/> wrote.</summary>
    public static RequestOutcome Parse(string line) =>
        JsonSerializer.Deserialize<RequestOutcome>(line) ?? throw new LabException($"'{line}' is no outcome of a request.");
}
