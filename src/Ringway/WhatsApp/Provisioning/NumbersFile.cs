using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ringway.Options;

namespace Ringway.WhatsApp.Provisioning;

/// <summary>
/// What <c>ringway whatsapp apply</c> has fetched from Meta, in <c>numbers.json</c> of the data folder, readable by its owner only. SIP
/// passwords are encrypted in it with a key derived from the one in <c>secrets.json</c>: a copy of this file alone is worth nothing.
/// </summary>
public sealed class NumbersFile(string dataFolder, Secrets secrets)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _path = Path.Combine(dataFolder, "numbers.json");

    /// <summary>One key for one purpose: nothing else is ever encrypted with it.</summary>
    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Convert.FromBase64String(secrets.Key), 32, info: "ringway numbers.json SIP password"u8.ToArray());

    /// <summary>The number's SIP password; null when it was never fetched, or with another <c>secrets.json</c>.</summary>
    public Secret? Password(string phoneNumberId) =>
        Read().GetValueOrDefault(phoneNumberId) is { } kept && Decrypt(kept.Password, phoneNumberId) is { } password ? new Secret(password) : null;

    /// <returns>Whether it is another one than before.</returns>
    public bool Keep(string phoneNumberId, string password, DateTimeOffset now)
    {
        if (Password(phoneNumberId)?.Reveal() == password) return false;
        var numbers = Read();
        numbers[phoneNumberId] = new Kept(Encrypt(password, phoneNumberId), now);
        OwnerFile.Write(_path, file => JsonSerializer.Serialize(file, numbers, Form));
        return true;
    }

    private Dictionary<string, Kept> Read()
    {
        if (!File.Exists(_path)) return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Kept>>(File.ReadAllBytes(_path), Form) ?? [];
        }
        catch (JsonException)
        {
            return []; // Everything in it can be fetched again, and is by the next apply.
        }
    }

    /// <summary>AES-256-GCM, the number's id authenticated with it: an entry moved to another number is no password.</summary>
    private string Encrypt(string text, string phoneNumberId)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var all = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(all.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(all.AsSpan(0, NonceBytes), plain, all.AsSpan(NonceBytes, plain.Length), all.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(phoneNumberId));
        return Convert.ToBase64String(all);
    }

    private string? Decrypt(string? text, string phoneNumberId)
    {
        try
        {
            var all = Convert.FromBase64String(text ?? "").AsSpan();
            if (all.Length < NonceBytes + TagBytes) return null;
            var plain = new byte[all.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(all[..NonceBytes], all.Slice(NonceBytes, plain.Length), all[^TagBytes..], plain, Encoding.UTF8.GetBytes(phoneNumberId));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            return null; // Another key, or a damaged file: as good as never fetched.
        }
    }

    /// <param name="Password">Nonce, cipher text and tag, base64.</param>
    private sealed record Kept(string? Password, DateTimeOffset FetchedAt);
}
