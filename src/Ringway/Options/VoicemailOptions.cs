namespace Ringway.Options;

/// <summary>A line's voicemail: for callers when it is closed, when all are busy or nobody answers.</summary>
public sealed record VoicemailOptions
{
    [Key("enabled", "`on`: whom nobody takes hears a greeting and may speak a message; `off`: the call is refused")]
    public VoicemailMode Enabled { get; init; } = VoicemailMode.Off;

    [Key("greeting", "What is said when nobody takes the call, before the tone: a text to be spoken, `file:PATH` of a WAV file of your own, or `sound:NAME` of a sound that was uploaded in the desk")]
    public string Greeting { get; init; } = "Nobody can take your call right now. Please leave a message after the tone.";

    [Key("closedGreeting", "The same outside of the line's hours")]
    public string ClosedGreeting { get; init; } = "You are calling outside of our hours. Please leave a message after the tone.";

    [Key("language", "In which language a text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("callBack", "`on`: whoever leaves a message is on the list of those who are to be called back, until somebody has talked with her; `off`: the message is in the history alone")]
    public VoicemailMode CallBack { get; init; } = VoicemailMode.On;

    [Key("longestSeconds", "How long a message may be", Min = 5, Max = 600)]
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(120);
}

/// <summary>Whether a line has a voicemail.</summary>
public enum VoicemailMode { Off, On }
