using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Ringway.Simulator.Media;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Media;

/// <summary>Meta's two watchdogs, in virtual time.</summary>
public sealed class SilenceOfTheBusiness : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MediaRelay _relay;
    private readonly UdpClient _business = new(new IPEndPoint(IPAddress.Loopback, 0));

    public SilenceOfTheBusiness() => _relay = new(new(IPAddress.Loopback, 43500, 43580), _time);

    [Fact]
    public void Nothing_in_the_first_twenty_seconds_ends_the_call()
    {
        _relay.Watch();
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(_relay.Lost.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_relay.Lost.IsCompleted);
    }

    [Fact]
    public async Task A_pause_of_thirty_seconds_ends_the_call()
    {
        _relay.Watch();
        await SendAsync([0x80, 107, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9]);
        await World.Until(() => _relay.Counts.FromBusiness == 1, "the packet");
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(_relay.Lost.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_relay.Lost.IsCompleted);
    }

    [Fact]
    public async Task Rtcp_alone_keeps_a_silent_call_alive()
    {
        _relay.Watch();
        await SendAsync([0x80, 107, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9]);
        await World.Until(() => _relay.Counts.FromBusiness == 1, "the packet");
        for (var report = 1; report <= 5; report++)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            await SendAsync([0x80, 201, 0, 1, 0, 0, 0, 9]);
            await World.Until(() => _relay.Counts.RtcpFromBusiness == report, "the report");
        }
        Assert.False(_relay.Lost.IsCompleted);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        _business.Dispose();
    }

    private async Task SendAsync(byte[] packet) => await _business.SendAsync(packet, _relay.ForBusiness, TestContext.Current.CancellationToken);
}
