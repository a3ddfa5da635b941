using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringway.Simulator.Graph;

/// <summary>
/// The names of a user. Inside the simulator a user is a number with plus, or a business-scoped id for one who hides it; Graph
/// writes numbers without plus and gives everybody such an id (Meta, Business-scoped user ids).
/// </summary>
public sealed partial class UserIds
{
    private readonly ConcurrentDictionary<string, string> _numbers = new(StringComparer.Ordinal);

    public static bool HidesNumber(string user) => !user.StartsWith('+');

    /// <summary>Digits, or null for a user who hides them.</summary>
    public static string? Digits(string user) => HidesNumber(user) ? null : user[1..];

    /// <summary>The same id for the same number each time, and none that could be taken for the number.</summary>
    public string ScopedId(string user)
    {
        if (HidesNumber(user)) return user;
        var id = "US." + string.Concat(SHA256.HashData(Encoding.ASCII.GetBytes(user)).Take(20).Select(b => b % 10));
        _numbers[id] = user;
        return id;
    }

    /// <summary>A user as Graph's callers write one: digits with or without plus and spaces. Null when that is no number.</summary>
    public static string? OfNumber(string? text)
    {
        if (text is null || text.Any(c => !char.IsAsciiDigit(c) && c is not ('+' or ' ' or '-' or '(' or ')'))) return null;
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return digits.Length is >= 7 and <= 15 ? "+" + digits : null;
    }

    /// <summary>A user by business-scoped id. Null when that is none.</summary>
    public string? OfScopedId(string? text) =>
        text is null || !Scoped().IsMatch(text) ? null : _numbers.GetValueOrDefault(text, text);

    [GeneratedRegex(@"^[A-Z]{2}\.[A-Za-z0-9]{1,60}$")]
    private static partial Regex Scoped();
}
