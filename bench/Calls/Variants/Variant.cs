namespace Ringway.Bench.Calls.Variants;

/// <summary>One way to do the same work: an inbound call rings one agent, both are bridged when she answers, and both legs end when one does.</summary>
public abstract class Variant : IAsyncDisposable
{
    public abstract string Name { get; }

    /// <summary>The application's process, whose CPU counts beside Asterisk's; null when there is none.</summary>
    public virtual int? Pid => null;

    /// <summary>Where the application tells the size of its heap; null when there is none.</summary>
    public virtual string? HeapSocket(ProductUnderTest product) => null;

    /// <summary>Starts what belongs to it and waits until it is connected to Asterisk.</summary>
    public virtual Task StartAsync(ProductUnderTest product, CancellationToken ct) => Task.CompletedTask;

    /// <summary>What the dialplan does with a call to a number that rings this endpoint; null for what ringway has written there.</summary>
    public abstract string? Dialplan(string endpoint);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The limit: Asterisk alone.</summary>
public sealed class PlainDial : Variant
{
    public override string Name => "Dial()";

    public override string Dialplan(string endpoint) => $"Dial({endpoint},30)";
}

/// <summary>Asterisk alone, recording both sides on channels of their own, as raw samples.</summary>
public sealed class RecordedDial : Variant
{
    private string _folder = "";

    public override string Name => "MixMonitor()";

    public override Task StartAsync(ProductUnderTest product, CancellationToken ct)
    {
        _folder = product.Folders.Recordings;
        return Task.CompletedTask;
    }

    public override string Dialplan(string endpoint) => $"MixMonitor({_folder}/${{UNIQUEID}}.raw,D)\n same => n,Dial({endpoint},30)";
}

/// <summary>The product.</summary>
public sealed class TheProduct : Variant
{
    private int? _pid;

    public override string Name => "ringway";

    public override int? Pid => _pid;

    public override string? HeapSocket(ProductUnderTest product) => product.HeapSocket;

    public override string? Dialplan(string endpoint) => null;

    public override Task StartAsync(ProductUnderTest product, CancellationToken ct)
    {
        _pid = product.RingwayPid;
        return Task.CompletedTask;
    }
}
