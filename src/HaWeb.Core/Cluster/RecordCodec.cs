using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HaWeb.Core.Cluster;

/// <summary>Turns the stored records into text and back.</summary>
public static class RecordCodec
{
    /// <summary>The JSON text of a record.</summary>
    public static string Write<T>(T record)
        where T : StoredRecord => JsonSerializer.Serialize(record, Json<T>.Type);

    /// <summary>Reads a record.</summary>
    /// <param name="text">The stored value.</param>
    /// <param name="problem">Why the text is not such a record.</param>
    /// <returns>The record, or null.</returns>
    public static T? TryRead<T>(string text, out string problem)
        where T : StoredRecord
    {
        try
        {
            problem = "";
            var record = JsonSerializer.Deserialize(text, Json<T>.Type);
            if (record is null)
            {
                problem = "the value is null";
            }

            return record;
        }
        catch (JsonException exception)
        {
            problem = exception.Message;
            return null;
        }
    }

    // Looked up once: records are written after every step of every unit.
    private static class Json<T>
    {
        public static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)ClusterJson.Default.GetTypeInfo(typeof(T))!;
    }
}
