namespace HaWeb.Core.Effects;

/// <summary>Collects the effects of one step and numbers the requests; the parts of one state machine share it.</summary>
public sealed class Outbox
{
    private List<Effect> _effects = [];
    private long _lastId;

    /// <summary>A request id that was not used before.</summary>
    public long NextId() => ++_lastId;

    /// <summary>Adds an effect.</summary>
    public void Add(Effect effect) => _effects.Add(effect);

    /// <summary>Takes what was collected, in order.</summary>
    public IReadOnlyList<Effect> Take()
    {
        var taken = _effects;
        _effects = [];
        return taken;
    }
}
