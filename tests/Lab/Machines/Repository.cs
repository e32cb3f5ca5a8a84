namespace HaWeb.Lab;

/// <summary>The repository that this program was built in.</summary>
public static class Repository
{
    /// <summary>Its folder; null when the program was taken elsewhere.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HaWeb.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
