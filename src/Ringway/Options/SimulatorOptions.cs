namespace Ringway.Options;

/// <summary>The simulated WhatsApp.</summary>
public sealed record SimulatorOptions
{
    [Key("enabled", "`auto`: when there are no lines of your own; `on`; `off`")]
    public SimulatorMode Enabled { get; init; } = SimulatorMode.Auto;

    [Key("port", "Loopback port of its page and API", Min = 1, Max = 65535)]
    public int Port { get; init; } = 8090;

    [Key("sipPort", "Loopback TLS port where it plays WhatsApp", Min = 1, Max = 65535)]
    public int SipPort { get; init; } = 5071;

    [Key("innerPort", "Loopback port of its SIP edge towards its handsets", Min = 1, Max = 65535)]
    public int InnerPort { get; init; } = 5072;

    [Key("handsetsSipPort", "Loopback SIP port of its own Asterisk", Min = 1, Max = 65535)]
    public int HandsetsSipPort { get; init; } = 5073;

    [Key("handsetsHttpPort", "Loopback HTTP port of its own Asterisk", Min = 1, Max = 65535)]
    public int HandsetsHttpPort { get; init; } = 8098;

    [Key("rtpStart", "First UDP port for sound of its own Asterisk", Min = 1024, Max = 65534)]
    public int RtpStart { get; init; } = 21000;

    [Key("rtpEnd", "Last UDP port for sound of its own Asterisk", Min = 1025, Max = 65535)]
    public int RtpEnd { get; init; } = 21999;

    [Key("relayStart", "First UDP port of its media relay", Min = 1024, Max = 65534)]
    public int RelayStart { get; init; } = 22000;

    [Key("relayEnd", "Last UDP port of its media relay", Min = 1025, Max = 65535)]
    public int RelayEnd { get; init; } = 22999;
}

/// <summary>When the simulator takes part.</summary>
public enum SimulatorMode { Auto, On, Off }
