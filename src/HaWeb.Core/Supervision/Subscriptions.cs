using HaWeb.Core.Effects;

namespace HaWeb.Core.Supervision;

/// <summary>
/// The prefixes that the parts of a machine follow together. Each new subscriber makes the prefix be listed again, for it and for all others:
/// it then knows the prefix as of now, not as of when the first one asked.
/// </summary>
public sealed class Subscriptions
{
    private readonly Outbox _outbox;
    private readonly Dictionary<string, int> _subscribers = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    public Subscriptions(Outbox outbox) => _outbox = outbox;

    /// <summary>Subscribes to a prefix.</summary>
    public void Add(string prefix)
    {
        _subscribers[prefix] = _subscribers.GetValueOrDefault(prefix) + 1;
        _outbox.Add(new Effect.Follow(prefix));
    }

    /// <summary>Ends one subscription.</summary>
    public void Remove(string prefix)
    {
        var left = _subscribers.GetValueOrDefault(prefix) - 1;
        if (left > 0)
        {
            _subscribers[prefix] = left;
        }
        else if (_subscribers.Remove(prefix))
        {
            _outbox.Add(new Effect.Unfollow(prefix));
        }
    }
}
