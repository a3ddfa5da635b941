using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringway.Tests.Witness;

/// <summary>
/// SIPp looks for a password in <c>Authorization</c> only, and Meta asks with 407. So what the business shows is computed here
/// (RFC 7616 section 3.4.1), and what must stay the same from the first INVITE to the second is compared.
/// </summary>
internal static partial class ShownPassword
{
    /// <summary>Null when there was no such INVITE, or all is as it must be; else one sentence.</summary>
    /// <param name="received">The messages of the business, in order.</param>
    public static string? Complaint(IReadOnlyList<string> received, string password)
    {
        var invites = received.Where(m => m.StartsWith("INVITE ", StringComparison.Ordinal)).ToList();
        if (invites.Count < 2 || Line(invites[1], "Proxy-Authorization") is not { } shown)
            return null;
        var (first, second) = (invites[0], invites[1]);
        if (Number(second) != Number(first) + 1)
            return $"The second INVITE's CSeq is one more; expected {Number(first) + 1}, came {Number(second)}.";
        foreach (var header in (string[])["Call-ID", "From", "To"])
            if (Line(second, header) != Line(first, header))
                return $"The second INVITE has the same {header}; expected {Line(first, header)}, came {Line(second, header)}.";
        var expected = Response(shown, password);
        return Field(shown, "response") == expected ? null
            : $"The digest's response fits the number's password; expected {expected}, came {Field(shown, "response")}.";
    }

    private static string Response(string shown, string password)
    {
        string Hash(string text) => Convert.ToHexStringLower(Field(shown, "algorithm") == "SHA-256"
            ? SHA256.HashData(Encoding.UTF8.GetBytes(text))
#pragma warning disable CA5351 // The other of Meta's two challenges.
            : MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
        var who = Hash($"{Field(shown, "username")}:{Field(shown, "realm")}:{password}");
        var what = Hash($"INVITE:{Field(shown, "uri")}");
        return Hash($"{who}:{Field(shown, "nonce")}:{Field(shown, "nc")}:{Field(shown, "cnonce")}:{Field(shown, "qop")}:{what}");
    }

    private static int Number(string invite) => int.Parse(Line(invite, "CSeq")!.Split(' ')[0], null);

    private static string? Line(string message, string header) =>
        message.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(l => l.StartsWith(header + ":", StringComparison.OrdinalIgnoreCase))?[(header.Length + 1)..].Trim();

    private static string Field(string shown, string name) =>
        Fields().Matches(shown).FirstOrDefault(f => f.Groups["name"].Value == name)?.Groups["value"].Value ?? "";

    [GeneratedRegex("(?<name>[a-z]+)=\"?(?<value>[^\",]*)\"?")]
    private static partial Regex Fields();
}
