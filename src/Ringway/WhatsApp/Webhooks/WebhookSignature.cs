using System.Security.Cryptography;
using System.Text;
using Ringway.Options;

namespace Ringway.WhatsApp.Webhooks;

/// <summary>
/// Whether a webhook comes from Meta: <c>X-Hub-Signature-256: sha256=</c> and the HMAC-SHA256 of the bytes as they came, with the
/// app's secret (Meta, "Webhooks", read 2026-06-24). Every secret is tried, however early one fits, so the time tells nothing.
/// </summary>
public static class WebhookSignature
{
    public const string Header = "X-Hub-Signature-256";
    private const string Prefix = "sha256=";

    public static bool IsGenuine(ReadOnlySpan<byte> body, string? signature, IEnumerable<AccountOptions> accounts)
    {
        // A header of another form is compared too, with a value that fits nothing.
        var given = new byte[HMACSHA256.HashSizeInBytes];
        var isOne = signature?.StartsWith(Prefix, StringComparison.Ordinal) == true
            && Convert.FromHexString(signature.AsSpan(Prefix.Length), given, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == given.Length;
        var genuine = false;
        Span<byte> ours = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in accounts.SelectMany(account => new[] { account.AppSecret, account.PreviousAppSecret }))
        {
            if (secret?.Reveal() is not { Length: > 0 } key) continue;
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body, ours);
            genuine |= CryptographicOperations.FixedTimeEquals(ours, given);
        }

        return genuine && isOne;
    }

    /// <summary>Whether the text is the verify token of one of the accounts; compared by hash, so that neither content nor length shows.</summary>
    public static bool IsVerifyToken(string? text, IEnumerable<AccountOptions> accounts)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(text ?? ""));
        var fits = false;
        foreach (var token in accounts.Select(account => account.VerifyToken?.Reveal()))
            if (token is { Length: > 0 })
                fits |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), given);
        return fits;
    }
}
