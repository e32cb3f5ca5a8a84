using System.Globalization;
using Docker.DotNet.Models;
using HaWeb.Core.Effects;

namespace HaWeb.Runtime.Docker;

/// <summary>
/// What was told of each container, so that an event which a list has overtaken is not told again: the stream of events and the lists are not ordered
/// among each other, and an exit told twice would look like the end of the next run.
/// </summary>
internal sealed class ContainerHistory
{
    // Since: by the engine's clock, when the container started or ended, whichever was last.
    private readonly Dictionary<string, (bool Running, DateTimeOffset? Since)> _told = new(StringComparer.Ordinal);

    /// <summary>A list is told.</summary>
    public void Restart(IReadOnlyList<ContainerInspectResponse> containers)
    {
        _told.Clear();
        foreach (var container in containers)
        {
            var state = container.State;
            _told[container.ID] = (state.Running, ContainerStates.TimeOf(state.Running ? state.StartedAt : state.FinishedAt));
        }
    }

    /// <summary>What a message means, or null when it says nothing new.</summary>
    public Event? Take(Message message)
    {
        var id = message.Actor?.ID ?? message.ID;
        var (running, since) = _told.GetValueOrDefault(id);
        var at = message.TimeNano == 0 ? (DateTimeOffset?)null : DateTimeOffset.UnixEpoch.AddTicks(message.TimeNano / TimeSpan.NanosecondsPerTick);
        switch (message.Action)
        {
            case "start" when !running && !(at < since):
                _told[id] = (true, at);
                return new Event.ContainerStarted(id);

            // An end before the start that a list told is the end of the run before.
            case "die" when running && !(at < since):
                _told[id] = (false, at);
                return new Event.ContainerExited(id, ExitCodeOf(message));

            default:
                return null;
        }
    }

    private static long ExitCodeOf(Message message) =>
        message.Actor?.Attributes is { } attributes
        && attributes.TryGetValue("exitCode", out var text)
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exitCode)
            ? exitCode
            : -1;
}
