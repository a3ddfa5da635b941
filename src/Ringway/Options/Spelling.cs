namespace Ringway.Options;

/// <summary>Finds out what a person may have meant.</summary>
public static class Spelling
{
    /// <summary>Names the nearest of the known words, when one is near enough to be a slip of the finger.</summary>
    public static string DidYouMean(string word, IEnumerable<string> known)
    {
        var (best, distance) = known.Select(other => (other, Distance(Plain(word), Plain(other))))
            .DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, word.Length / 3) ? $"; did you mean '{best}'?" : "";

        static string Plain(string text) =>
            text.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
    }

    /// <summary>Levenshtein's: how many letters to change, add or take away.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
