using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ringway.Calls;

/// <summary>Something that an agent can do, and how well: 1 to 9, 9 best. Written <c>german 3</c>.</summary>
public readonly record struct Skill(string Name, int Level)
{
    public static bool TryParse(string text, out Skill skill, [NotNullWhen(false)] out string? whyNot)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var level = 0;
        whyNot = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out level) && level is >= 1 and <= 9
            ? null : "write a skill and how well, 1 to 9: german 3";
        skill = whyNot is null ? new(parts[0], level) : default;
        return whyNot is null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Level}");
}
