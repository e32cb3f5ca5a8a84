using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Names and removes images, which belong to no cluster.</summary>
internal sealed class ImageOperations
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DockerConnection _connection;

    public ImageOperations(DockerConnection connection) => _connection = connection;

    public async Task RemoveAsync(DockerRequest.RemoveImage remove, CancellationToken cancellationToken)
    {
        var parameters = new ImageDeleteParameters { Force = remove.Force ? true : null, NoPrune = remove.KeepsParents ? true : null };
        var image = Uri.EscapeDataString(remove.Image);
        try
        {
            await _connection.CallAsync(Deadline, (client, token) => client.Images.DeleteImageAsync(image, parameters, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException e) when (e.IsNotFound && remove.Force)
        {
            // It is not there, as asked.
        }
    }

    public Task TagAsync(DockerRequest.Tag tag, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(tag.Name, out var name) || name.Digest is not null)
        {
            throw new DockerException(DockerFailure.Refused, $"'{tag.Name}' is not a name that an image can be given.");
        }

        var parameters = new ImageTagParameters { RepositoryName = name.FamiliarRepository, Tag = name.Tag };
        var image = Uri.EscapeDataString(tag.Image);
        return _connection.CallAsync((client, token) => client.Images.TagImageAsync(image, parameters, token), cancellationToken);
    }

    public async Task<bool> ExistsAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            var asked = Uri.EscapeDataString(image);
            await _connection.CallAsync((client, token) => client.Images.InspectImageAsync(asked, token), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return false;
        }
    }
}
