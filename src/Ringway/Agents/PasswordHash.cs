using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ringway.Agents;

/// <summary>
/// Passwords as the store keeps them: PBKDF2 with SHA-512, salted, <c>pbkdf2-sha512$rounds$salt$hash</c>. A hash brings
/// its own rounds, so that the number can grow without breaking old ones.
/// </summary>
public sealed class PasswordHash(int rounds = PasswordHash.DefaultRounds)
{
    /// <summary>OWASP Password Storage Cheat Sheet (2023): 210,000 rounds for PBKDF2-HMAC-SHA512; about 0.1 s.</summary>
    public const int DefaultRounds = 210_000;

    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>Verified against when there is no such agent, so that the answer takes as long as with one.</summary>
    private readonly Lazy<string> _nobody = new(() => Create(Guid.NewGuid().ToString(), rounds));

    public string Create(string password) => Create(password, rounds);

    /// <summary>Whether the password belongs to the hash. Without a hash: no, in the same time.</summary>
    public bool Verify(string password, string? hash)
    {
        var parts = (hash ?? _nobody.Value).Split('$');
        if (parts is not ["pbkdf2-sha512", var count, var salt, var expected]) return false;
        var found = Derive(password, Convert.FromBase64String(salt), int.Parse(count, CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(found, Convert.FromBase64String(expected)) && hash is not null;
    }

    /// <summary>
    /// A fast keyed fingerprint: tells at each start whether a configured password changed, without the slow hash for
    /// every agent. Worthless without the key, which lies in the data folder and not in the store.
    /// </summary>
    public static string Mark(string password, string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromBase64String(key), Encoding.UTF8.GetBytes(password)));

    private static string Create(string password, int rounds)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(password, salt, rounds);
        return string.Create(CultureInfo.InvariantCulture,
            $"pbkdf2-sha512${rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    private static byte[] Derive(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, HashBytes);
}
