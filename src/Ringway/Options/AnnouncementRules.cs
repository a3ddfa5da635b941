namespace Ringway.Options;

/// <summary>What must hold for what callers are told who wait.</summary>
internal static class AnnouncementRules
{
    private const string OwnFile = "file:";

    /// <summary>An announcement takes about as long; who hears one after the other hears no music.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);

    public static IEnumerable<(string Key, string Text)> Check(TeamOptions team)
    {
        var told = team.Announcements;
        if (team.CallBackKey is { } key && key is not [>= '0' and <= '9'])
            yield return ("callBackKey", $"'{key}' is none of 0 to 9");
        if (team.CallBackKey is not null && told.Every == TimeSpan.Zero)
            yield return ("callBackKey", "would be known to nobody: give announcements.everySeconds, too");
        if (told.Every == TimeSpan.Zero) yield break;
        if (told.Every < Least)
            yield return ("announcements.everySeconds", "is less than 5: between two announcements there must be music");
        if (team.Wait == TimeSpan.Zero)
            yield return ("announcements.everySeconds", "is of no use: nobody waits, because waitSeconds is 0");
        if (told is { Tell: WaitTold.Neither, Say: null } && team.CallBackKey is null)
            yield return ("announcements.tell", "is `neither`, and there is no `say`: nothing is left to announce");
        if (!told.Place.Contains(AnnouncementOptions.PlaceMark, StringComparison.Ordinal))
            yield return ("announcements.place", $"has no {AnnouncementOptions.PlaceMark} in it, which becomes the place");
        if (!told.Minutes.Contains(AnnouncementOptions.MinutesMark, StringComparison.Ordinal))
            yield return ("announcements.minutes", $"has no {AnnouncementOptions.MinutesMark} in it, which becomes the minutes");
        if (!told.Language.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+'))
            yield return ("announcements.language", $"'{told.Language}' is no language, like `en` or `pt-br`");
        foreach (var (name, _) in Sources(team).Where(one => SoundName.In(one.Source) is not null).DistinctBy(one => one.Key))
            yield return ($"announcements.{name}", "cannot be a sound of the desk; give a text or `file:PATH`");
        // Of many recordings the first that is missing is named; a list of fifty helps nobody.
        foreach (var (name, source) in Sources(team).Where(one => IsMissing(one.Source)).DistinctBy(one => one.Key))
            yield return ($"announcements.{name}", $"there is no file {source[OwnFile.Length..]}");
    }

    private static bool IsMissing(string source) => source.StartsWith(OwnFile, StringComparison.Ordinal) && !File.Exists(source[OwnFile.Length..]);

    private static IEnumerable<(string Key, string Source)> Sources(TeamOptions team)
    {
        var told = team.Announcements;
        if (told.Say is { } say) yield return ("say", say);
        yield return ("next", told.Next);
        yield return ("minute", told.Minute);
        if (team.CallBackKey is { } key)
        {
            yield return ("callBack", told.OfKey(key));
            yield return ("promise", told.Promise);
        }

        for (var place = 2; place <= Math.Min(team.QueueSize, AnnouncementOptions.FarthestPlace); place++)
            yield return ("place", told.OfPlace(place));
        foreach (var minutes in AnnouncementOptions.SpokenMinutes.Skip(1))
            yield return ("minutes", told.OfMinutes(minutes));
    }
}
