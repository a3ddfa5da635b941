using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Ringway.Ari;

/// <summary>
/// Several sockets for commands alone, so that a slow command of one call does not hold up the others: Asterisk works a socket off
/// one command after the other. The commands of a call (<see cref="AriClient.For"/>) keep their order; those without a call are one call.
/// </summary>
/// <remarks>
/// A call keeps to the lane of its commands under way; with none under way it takes the one that has least to do, so nobody new gets
/// behind a slow command. Each lane is an application of its own, <c>{name}-1</c>, <c>{name}-2</c>, …, which hears nothing.
/// </remarks>
public sealed class AriLanes : IAriPath, IAsyncDisposable
{
    private const string NoCall = "";

    private readonly Lane[] _lanes;
    private readonly Dictionary<string, Visit> _visits = [];
    private readonly Lock _gate = new();
    private int _next;

    /// <param name="name">What the applications' names begin with.</param>
    /// <param name="count">How many sockets. Each is a thread in Asterisk; four are plenty for one machine.</param>
    public AriLanes(string name, int count, AriOptions options, TimeProvider time, ILogger<AriApplication> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _lanes = [.. Enumerable.Range(1, count).Select(number =>
            new Lane(new AriApplication(string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"), options, time, logger)))];
        Client = new AriClient(this);
    }

    /// <summary>Commands over these sockets.</summary>
    public AriClient Client { get; }

    /// <summary>Whether there is a socket for commands.</summary>
    public bool IsConnected => _lanes.Any(lane => lane.Application.IsConnected);

    /// <summary>Whether all of the sockets are there.</summary>
    public bool AllConnected => _lanes.All(lane => lane.Application.IsConnected);

    /// <inheritdoc cref="AriApplication.RunAsync"/>
    public async Task<AriEnding> RunAsync(Uri ari, string user, string password, CancellationToken ct = default)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = _lanes.Select(lane => RunAsync(lane.Application, ari, user, password, enough.Token)).ToList();
        var first = await await Task.WhenAny(running);
        await enough.CancelAsync();
        await Task.WhenAll(running);
        return first;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
            await lane.Application.DisposeAsync();
    }

    async Task<RestResponse> IAriPath.SendAsync(AriRequest request, CancellationToken ct)
    {
        var call = request.Call ?? NoCall;
        Task<RestResponse> answer;
        lock (_gate) // With the queueing inside, or two commands of a call could overtake each other on their way to it.
            answer = ((IAriPath)Enter(call).Application).SendAsync(request, ct);
        try
        {
            return await answer;
        }
        finally
        {
            lock (_gate)
                Leave(call);
        }
    }

    private static async Task<AriEnding> RunAsync(AriApplication application, Uri ari, string user, string password, CancellationToken ct)
    {
        var hearing = IgnoreAsync(application, ct);
        var ending = await application.RunAsync(ari, user, password, ct);
        await hearing;
        return ending;
    }

    /// <summary>A lane's application owns no channels, so what it is told is about itself.</summary>
    private static async Task IgnoreAsync(AriApplication application, CancellationToken ct)
    {
        try
        {
            await foreach (var happened in application.ReadAsync(ct))
                if (happened is AriDisconnected { Replaced: true })
                    return;
        }
        catch (OperationCanceledException)
        {
            // The lanes are given up.
        }
    }

    private Lane Enter(string call)
    {
        if (!_visits.TryGetValue(call, out var visit))
            _visits[call] = visit = new(Idlest());
        visit.UnderWay++;
        visit.Lane.UnderWay++;
        return visit.Lane;
    }

    private void Leave(string call)
    {
        var visit = _visits[call];
        visit.Lane.UnderWay--;
        if (--visit.UnderWay == 0)
            _visits.Remove(call);
    }

    /// <summary>In turn among equals; one that is not connected only if none is.</summary>
    private Lane Idlest()
    {
        _next = (_next + 1) % _lanes.Length;
        Lane? best = null;
        for (var i = 0; i < _lanes.Length; i++)
        {
            var lane = _lanes[(_next + i) % _lanes.Length];
            if (best is null || lane.Effort < best.Effort)
                best = lane;
        }
        return best!;
    }

    private sealed class Lane(AriApplication application)
    {
        public AriApplication Application => application;

        public int UnderWay { get; set; }

        public long Effort => application.IsConnected ? UnderWay : int.MaxValue + (long)UnderWay;
    }

    /// <summary>A call with commands under way on a lane.</summary>
    private sealed class Visit(Lane lane)
    {
        public Lane Lane => lane;

        public int UnderWay { get; set; }
    }
}
