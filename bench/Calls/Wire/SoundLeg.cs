using System.Net.Sockets;
using System.Security.Cryptography;

namespace Ringway.Bench.Calls.Wire;

/// <summary>What we send on one leg of a call.</summary>
/// <param name="Key">SRTP's master key and salt, 30 bytes: told in our description (SDES), or agreed on (DTLS).</param>
/// <param name="PayloadType">Of Opus.</param>
/// <param name="Port">Where Asterisk listens; 0 until it has said so.</param>
/// <param name="Own">The leg's own socket; null for the one that is everybody's.</param>
public sealed record SoundLeg(byte[] Key, uint Ssrc, int PayloadType, int Port, Socket? Own = null)
{
    /// <summary>With keys of our choice.</summary>
    public static SoundLeg New(int payloadType) => new(RandomNumberGenerator.GetBytes(30), NewSsrc(), payloadType, 0);

    public static uint NewSsrc() => (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
}
