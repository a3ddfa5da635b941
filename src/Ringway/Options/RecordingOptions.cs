using System.Collections.Immutable;
using Ringway.Calls;

namespace Ringway.Options;

/// <summary>Whether a line's calls are recorded; each side on a channel of its own.</summary>
public sealed record RecordingOptions
{
    [Key("when", "`never`; `onDemand`: when the agent wants it; `always`: every call, from the first word on")]
    public RecordWhen When { get; init; } = RecordWhen.Never;

    [Key("notice", "What both hear at its beginning: a text to be spoken, `file:PATH` of a WAV file of your own, or `sound:NAME` of a sound that was uploaded in the desk; empty: nothing, where the law allows that. A call in which it cannot be played is not recorded")]
    public string Notice { get; init; } = "This call is recorded.";

    [Key("language", "In which language a text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("listeners", "Who may listen to the recordings of all, by their ids; an agent always may to those of her own calls", DefaultIs = "nobody else", IsId = true)]
    public ImmutableArray<string> Listeners { get; init; } = [];

    public RecordingPolicy Policy => new(When, Announced: Notice.Length > 0);
}

/// <summary>How recordings of calls are kept.</summary>
public sealed record RecordingsOptions
{
    [Key("format", "`opus`: Ogg Opus, 0.4 MB a minute; `wav`: 11.5 MB a minute")]
    public RecordingFormat Format { get; init; } = RecordingFormat.Opus;

    [Key("keepDays", "After how many days a recording is deleted", Min = 1, Max = 3650)]
    public int KeepDays { get; init; } = 90;

    [Key("encrypted", "`on`: recordings are encrypted on disk (AES-256-GCM), with a key in the data folder's secrets; without that key nobody can hear them")]
    public OnOff Encrypted { get; init; } = OnOff.Off;
}

/// <summary>In which form a recording is kept.</summary>
public enum RecordingFormat { Opus, Wav }

/// <summary>A switch.</summary>
public enum OnOff { Off, On }
