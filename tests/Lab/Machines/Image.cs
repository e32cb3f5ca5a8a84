namespace HaWeb.Lab;

/// <summary>An image for the lab's Docker Engines.</summary>
/// <param name="Name">Its name and tag.</param>
/// <param name="Entrypoint">The words that a container's command begins with.</param>
/// <param name="Command">The words that follow where none are given.</param>
/// <param name="Layers">What fills its layers, the lowest first. Images that name the same one share it.</param>
internal sealed record Image(
    string Name, IReadOnlyList<string> Entrypoint, IReadOnlyList<string> Command, IReadOnlyList<Func<ImageLayer, Task>> Layers);
