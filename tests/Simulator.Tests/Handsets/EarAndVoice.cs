using System.Net;
using System.Net.Sockets;
using Ringway.Simulator.Handsets;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Handsets;

public sealed class EarAndVoice
{
    [Theory]
    [InlineData(300), InlineData(440), InlineData(700), InlineData(1000), InlineData(2940)]
    public void A_tone_is_named_by_its_frequency(int hz)
    {
        var ear = new Ear(8000);
        Play(ear, hz, seconds: 1);
        var heard = ear.Report();
        Assert.True(Math.Abs(heard.DominantHz!.Value - hz) <= 10, $"{heard}");
        Assert.True(heard.Levels[0].Ratio > 0.8);
    }

    [Fact]
    public void Silence_and_noise_are_no_tones()
    {
        var ear = new Ear(8000);
        Play(ear, 0, seconds: 1);
        Assert.Equal((null, 0.0), (ear.Report().DominantHz, ear.Report().Loudness));
        var random = new Random(1);
        for (var i = 0; i < 50; i++) ear.Hear([.. Enumerable.Range(0, 160).Select(_ => MuLaw.Encode((short)random.Next(-8000, 8000)))]);
        Assert.Null(ear.Report().DominantHz);
        Assert.True(ear.Report().Loudness > 0.05);
    }

    [Fact]
    public void A_tone_that_changes_is_heard_as_the_new_one_after_a_second()
    {
        var ear = new Ear(8000);
        Play(ear, 440, seconds: 5);
        Play(ear, 700, seconds: 1);
        Assert.Equal(700, ear.Report().DominantHz);
    }

    [Fact]
    public void Mu_law_keeps_loudness_within_a_sixteenth()
    {
        for (var sample = short.MinValue + 1; sample < short.MaxValue; sample += 7)
        {
            var again = MuLaw.Decode(MuLaw.Encode((short)sample));
            Assert.True(Math.Abs(again - sample) <= Math.Max(16, Math.Abs(sample) / 16 + 600 * (Math.Abs(sample) > 32000 ? 1 : 0)), $"{sample} became {again}");
        }
    }

    [Fact]
    public async Task A_voice_sends_fifty_packets_a_second_and_another_hears_its_tone()
    {
        await using var speaker = new Voice(IPAddress.Loopback, 540, TimeProvider.System);
        await using var listener = new Voice(IPAddress.Loopback, null, TimeProvider.System);
        speaker.SpeakTo(listener.Address);
        await World.Until(() => listener.Ear.Report().Packets >= 50, "a second of sound");
        Assert.Equal(540, listener.Ear.Report().DominantHz);
    }

    [Fact]
    public async Task A_voice_that_speaks_to_nobody_ends_without_complaint()
    {
        using var gone = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        gone.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var nobody = (IPEndPoint)gone.LocalEndPoint!;
        gone.Close();
        var voice = new Voice(IPAddress.Loopback, 440, TimeProvider.System);
        voice.SpeakTo(nobody);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        await voice.DisposeAsync();
    }

    private static void Play(Ear ear, int hz, int seconds)
    {
        for (var packet = 0; packet < seconds * 50; packet++)
            ear.Hear([.. Enumerable.Range(0, 160).Select(i => MuLaw.Encode((short)(8000 * Math.Sin(2 * Math.PI * hz * (packet * 160 + i) / 8000))))]);
    }
}
