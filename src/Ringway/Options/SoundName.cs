using System.Text.RegularExpressions;

namespace Ringway.Options;

/// <summary>Names of sounds that were uploaded in the desk: <c>sound:closed</c>, where something is said.</summary>
public static partial class SoundName
{
    public const string Prefix = "sound:";

    /// <summary>What a name looks like, in words.</summary>
    public const string Form = "small letters, digits and dashes, a letter first, at most 40";

    public static bool Fits(string name) => Name().IsMatch(name);

    /// <summary>The name that a <c>say</c> gives; null when it is a text or a file.</summary>
    public static string? In(string? say) => say?.StartsWith(Prefix, StringComparison.Ordinal) == true ? say[Prefix.Length..] : null;

    /// <summary>What is wrong with the name that a <c>say</c> gives; null when nothing is, or it gives none.</summary>
    public static string? WhyNot(string? say) => In(say) is { } name && !Fits(name) ? $"'{name}' is no name of a sound: {Form}" : null;

    // They are parts of file names, and of patterns in SQL.
    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,39}\z")]
    private static partial Regex Name();
}
