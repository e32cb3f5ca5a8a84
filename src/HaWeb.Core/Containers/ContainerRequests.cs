namespace HaWeb.Core.Containers;

/// <summary>What is asked of the Docker Engine for the commands that come to one request for each thing that they name.</summary>
internal static class ContainerRequests
{
    /// <summary>The requests, in order: when one fails the others are made all the same, as docker's client does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="labels">The labels of what is made.</param>
    public static IEnumerable<DockerRequest> Of(ContainerCommand command, ContainerLabels labels) => command switch
    {
        ContainerCommand.Pull pull => [new DockerRequest.Pull(pull.Image, pull.Platform, Always: true)],
        ContainerCommand.Stop stop => stop.Names.Select(name => new DockerRequest.Stop(name, TimeoutOf(stop.Seconds), Signal: null)),
        ContainerCommand.Kill kill => kill.Names.Select(name => new DockerRequest.Kill(name, kill.Signal)),
        ContainerCommand.Remove remove => remove.Names.Select(name => new DockerRequest.Remove(name, remove.IsForced, remove.WithVolumes, MayBeAbsent: remove.IsForced)),
        ContainerCommand.Restart restart => restart.Names.Select(name => new DockerRequest.Restart(name, TimeoutOf(restart.Seconds))),
        ContainerCommand.Pause pause => pause.Names.Select(name => new DockerRequest.Pause(name, pause.IsPaused)),
        ContainerCommand.Wait wait => wait.Names.Select(name => new DockerRequest.Wait(name)),
        ContainerCommand.Rename rename => [new DockerRequest.Rename(rename.Name, rename.NewName)],
        ContainerCommand.Logs logs => [new DockerRequest.ReadLog(logs.Name, logs.IsFollowed, logs.Lines, logs.Timestamps)],
        ContainerCommand.Inspect inspect => inspect.Names.Select(name => new DockerRequest.LookUp(name, inspect.Kind)),
        ContainerCommand.CopyIn copy => [new DockerRequest.CopyIn(copy.Source, copy.Name, copy.Target, copy.FollowsLink)],
        ContainerCommand.CopyOut copy => [new DockerRequest.CopyOut(copy.Name, copy.Source, copy.Target, copy.FollowsLink)],
        ContainerCommand.RemoveImage remove => remove.Images.Select(image => new DockerRequest.RemoveImage(image, remove.IsForced, remove.KeepsParents)),
        ContainerCommand.Tag tag => [new DockerRequest.Tag(tag.Image, tag.Name)],
        ContainerCommand.CreateNetwork create => [new DockerRequest.CreateNetwork(create.Network, labels)],
        ContainerCommand.RemoveNetwork remove => remove.Names.Select(name => new DockerRequest.RemoveNetwork(name, remove.IsForced)),
        ContainerCommand.Connect connect => [new DockerRequest.Connect(connect.Network, connect.Name, connect.Endpoint)],
        ContainerCommand.Disconnect disconnect => [new DockerRequest.Disconnect(disconnect.Network, disconnect.Name, disconnect.IsForced)],
        ContainerCommand.CreateVolume create => [new DockerRequest.CreateVolume(create.Volume, labels)],
        ContainerCommand.RemoveVolume remove => remove.Names.Select(name => new DockerRequest.RemoveVolume(name, remove.IsForced)),
        _ => [],
    };

    private static TimeSpan? TimeoutOf(int? seconds) => seconds switch
    {
        null => null,
        < 0 => TimeSpan.MaxValue,
        { } limit => TimeSpan.FromSeconds(limit),
    };
}
