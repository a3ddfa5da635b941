#pragma warning disable CA5350 // SHA-1 is what STUN is made of.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ringway.Simulator.Media;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Media;

/// <summary>WhatsApp's end of ICE, asked by hand-made checks.</summary>
public sealed class IceAtTheRelay
{
    private static readonly IPEndPoint Somewhere = new(IPAddress.Parse("192.0.2.7"), 40000);
    private readonly IceLite _ice = new();

    [Fact]
    public void A_good_check_is_answered_with_the_address_it_came_from()
    {
        var answer = _ice.Answer(Check(_ice.Ufrag, _ice.Password, nominates: true), Somewhere, out var valid, out var nominated)!;
        Assert.True(valid && nominated);
        Assert.Equal(0x0101, BinaryPrimitives.ReadUInt16BigEndian(answer));
        Assert.Equal((40000 ^ 0x2112), BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(26)));
        Assert.Equal([192 ^ 0x21, 0 ^ 0x12, 2 ^ 0xA4, 7 ^ 0x42], answer[28..32]);
        Assert.Equal(HMACSHA1.HashData(Encoding.ASCII.GetBytes(_ice.Password), WithLength(answer[..32], 36)), answer[36..56]);
    }

    [Fact]
    public void Who_believes_itself_controlled_is_told_otherwise()
    {
        var answer = _ice.Answer(Check(_ice.Ufrag, _ice.Password, controlled: true), Somewhere, out var valid, out _)!;
        Assert.False(valid);
        Assert.Equal((0x0111, 4, 87), (BinaryPrimitives.ReadUInt16BigEndian(answer), answer[26], answer[27]));
    }

    [Theory]
    [InlineData("somebodyelse", null), InlineData(null, "a wrong password")]
    public void A_check_without_our_secret_opens_nothing(string? ufrag, string? password)
    {
        var answer = _ice.Answer(Check(ufrag ?? _ice.Ufrag, password ?? _ice.Password), Somewhere, out var valid, out _)!;
        Assert.False(valid);
        Assert.Equal((4, 1), (answer[26], answer[27]));
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var packet = Check(_ice.Ufrag, _ice.Password);
            packet[random.Next(packet.Length)] = (byte)random.Next(256);
            packet[random.Next(20, packet.Length)] = (byte)random.Next(256);
            _ice.Answer(packet.AsSpan(0, random.Next(packet.Length + 1)), Somewhere, out _, out _);
        }
    }

    [Fact]
    public async Task The_handshake_of_the_handset_waits_until_a_check_has_shown_the_way()
    {
        await using var relay = new MediaRelay(new(IPAddress.Loopback, 43400, 43499), TimeProvider.System, _ice);
        using var business = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var handset = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        relay.PointTo(business: (IPEndPoint)business.Client.LocalEndPoint!);
        byte[] hello = [22, 254, 253, 0, 0];
        await handset.SendAsync(hello, relay.ForHandset, TestContext.Current.CancellationToken);
        await World.Until(() => relay.Counts.Dtls == 1, "the handshake to arrive");
        Assert.Equal(0, business.Available);

        await business.SendAsync(Check(_ice.Ufrag, _ice.Password), relay.ForBusiness, TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await business.ReceiveAsync(patience.Token)).Buffer[0]); // the answer to the check
        Assert.Equal(hello, (await business.ReceiveAsync(patience.Token)).Buffer);
    }

    private static byte[] Check(string ufrag, string password, bool nominates = false, bool controlled = false)
    {
        var user = Encoding.ASCII.GetBytes($"{ufrag}:them");
        List<byte> message = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. RandomNumberGenerator.GetBytes(12)];
        Add(0x0006, user);
        Add(controlled ? 0x8029 : 0x802A, new byte[8]);
        if (nominates) Add(0x0025, []);
        var covered = WithLength([.. message], message.Count + 24 - 20);
        message = [.. covered];
        Add(0x0008, HMACSHA1.HashData(Encoding.ASCII.GetBytes(password), covered));
        return [.. message];

        void Add(int type, byte[] value) =>
            message.AddRange([(byte)(type >> 8), (byte)type, (byte)(value.Length >> 8), (byte)value.Length, .. value, .. new byte[(4 - value.Length % 4) % 4]]);
    }

    private static byte[] WithLength(byte[] message, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)length);
        return message;
    }
}
