namespace HaWeb.Bench.UnderLoad;

/// <summary>A web server.</summary>
/// <param name="Name">What it answers with.</param>
/// <param name="Address">Its address and port, as it stands in its key and in nginx's config.</param>
internal sealed record ChangeBackend(string Name, string Address);
