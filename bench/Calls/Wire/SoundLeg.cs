using System.Security.Cryptography;

namespace Ringway.Bench.Calls.Wire;

/// <summary>What we send on one leg of a call.</summary>
/// <param name="Key">SRTP's master key and salt, 30 bytes, as we have told them in our description.</param>
/// <param name="PayloadType">Of Opus.</param>
/// <param name="Port">Where Asterisk listens; 0 until it has said so.</param>
public sealed record SoundLeg(byte[] Key, uint Ssrc, int PayloadType, int Port)
{
    public static SoundLeg New(int payloadType, int port = 0) =>
        new(RandomNumberGenerator.GetBytes(30), (uint)RandomNumberGenerator.GetInt32(int.MaxValue), payloadType, port);
}
