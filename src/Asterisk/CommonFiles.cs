namespace Ringway.Asterisk;

/// <summary>The files that every Asterisk of ours needs, the switch and the handsets' alike; each as small as can be.</summary>
public static class CommonFiles
{
    private const string HoldFolder = "hold";
    private const string HostsFile = "hosts";

    /// <summary>Where everything is, and the limits of the process.</summary>
    /// <param name="systemName">The node's name; every channel id begins with it, so that ids of two nodes never meet.</param>
    public static ConfFile AsteriskConf(AsteriskFolders folders, PackageTree tree, string systemName)
    {
        var share = Path.Combine(tree.Folder, "usr/share/asterisk");
        var file = new ConfFile("asterisk.conf", "Points every folder of Asterisk into the data folder and its packages.");
        file.Begin("directories")
            .Set("astetcdir", folders.Etc)
            .Set("astmoddir", Path.Combine(tree.LibraryFolder, "asterisk/modules"))
            .Set("astvarlibdir", folders.Var)
            .Set("astdbdir", folders.Var)
            .Set("astkeydir", folders.Var)
            .Set("astdatadir", share, "documentation/core-en_US.xml (PJSIP's options come from it), rest-api, sounds")
            .Set("astagidir", Path.Combine(share, "agi-bin"))
            .Set("astspooldir", folders.Spool)
            .Set("astrundir", folders.Run)
            .Set("astlogdir", folders.Log)
            .Set("astsbindir", Path.Combine(tree.Folder, "usr/sbin"));
        file.Begin("options")
            .Set("systemname", systemName, "channel ids become <name>-<seconds>.<count>")
            .Set("live_dangerously", false, "ARI may not reach files and shell (ChangeLog 22.10.1)")
            .Set("hideconnect", true, "the control socket is used by Ringway; no line in the log for it")
            .Set("documentation_language", "en_US")
            .Set("transmit_silence", false, "ARI's silence generator does it where it is needed")
            .Set("maxfiles", 65536, "four sockets a call: the usual 1024 end at 250 calls");
        return file;
    }

    /// <summary>Only what is named is loaded: fewer threads, fewer holes, and no module that complains about a missing file.</summary>
    public static ConfFile Modules(IEnumerable<string> modules)
    {
        var file = new ConfFile("modules.conf", "Nothing is loaded that is not named here.");
        var section = file.Begin("modules").Set("autoload", false);
        foreach (var module in modules.Distinct().Order(StringComparer.Ordinal))
            section.Set("load", module + ".so");
        return file;
    }

    /// <summary>Asterisk's HTTP server: ARI at /ari, SIP over WebSocket at /ws.</summary>
    /// <param name="address">Loopback always; see design decision 5.</param>
    /// <param name="sessionLimit">Counts every connection, each phone's WebSocket among them; Asterisk's default is 100.</param>
    public static ConfFile Http(string address, int port, int sessionLimit = 5000)
    {
        var file = new ConfFile("http.conf", "ARI and the phones' SIP over WebSocket, on this machine only; Ringway stands in front.");
        file.Begin("general")
            .Set("enabled", true)
            .Set("bindaddr", address)
            .Set("bindport", port)
            .Set("sessionlimit", sessionLimit, "every phone's WebSocket counts; connection number limit+1 is closed without a word")
            .Set("enable_static", false)
            .Set("enable_status", false);
        return file;
    }

    /// <summary>ARI's one user: Ringway itself, which connects from this machine.</summary>
    public static ConfFile Ari(string user, string password)
    {
        var file = new ConfFile("ari.conf", "Who may control calls.");
        file.Begin("general")
            .Set("enabled", true)
            .Set("pretty", false, "line breaks and blanks in every event cost bytes")
            .Set("websocket_write_timeout", 5000, "ms; the default of 100 closes the socket of a reader that pauses for its garbage collection");
        file.Begin(user).Set("type", "user").Set("read_only", false).Set("password_format", "plain").Set("password", password);
        return file;
    }

    /// <summary>One file with notices, warnings and errors; a test expects it to hold neither of the last two after a start.</summary>
    public static ConfFile Logger()
    {
        var file = new ConfFile("logger.conf", "One readable file; phone numbers stand in no notice, warning or error of the modules we load.");
        file.Begin("general").Set("dateformat", "%F %T.%3q").Set("appendhostname", false).Set("queue_log", false).Set("rotatestrategy", "rotate");
        file.Begin("logfiles").Arrow("messages.log", "notice,warning,error");
        return file;
    }

    /// <param name="stun">host:port of a STUN server; null when our media address is reachable as it is.</param>
    public static ConfFile Rtp(int first, int last, string? stun = null)
    {
        var file = new ConfFile("rtp.conf", "Where audio goes in and out.");
        file.Begin("general")
            .Set("rtpstart", first)
            .Set("rtpend", last)
            .Set("strictrtp", true, "learns the peer's address once and then ignores strangers")
            .Set("icesupport", true, "per endpoint; browsers need it")
            .SetIf("stunaddr", stun);
        return file;
    }

    /// <summary>The tasks that carry events to applications.</summary>
    public static ConfFile Stasis() => new("stasis.conf", "The defaults are right: 5 to 50 threads carry all events.");

    /// <summary>Ringway writes the history itself.</summary>
    public static ConfFile Cdr()
    {
        var file = new ConfFile("cdr.conf", "No call detail records: Ringway writes the history itself.");
        file.Begin("general").Set("enable", false);
        return file;
    }

    public static ConfFile Cel()
    {
        var file = new ConfFile("cel.conf", "No channel event log: Ringway hears the events themselves.");
        file.Begin("general").Set("enable", false);
        return file;
    }

    /// <summary>ARI plays tones by name (<c>tone:ring;tonezone=us</c>); the core also wants some default country.</summary>
    public static ConfFile Indications()
    {
        var file = new ConfFile("indications.conf", "Tones that ARI can play by name.");
        file.Begin("general").Set("country", "us");
        file.Begin("us", "ITU-T E.180 Supplement 2.")
            .Set("description", "United States")
            .Set("ringcadence", "2000,4000")
            .Set("dial", "350+440")
            .Set("busy", "480+620/500,0/500")
            .Set("ring", "440+480/2000,0/4000")
            .Set("congestion", "480+620/250,0/250")
            .Set("callwaiting", "440/300,0/10000")
            .Set("dialrecall", "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440")
            .Set("record", "1400/500,0/15000")
            .Set("info", "!950/330,!1400/330,!1800/330,0")
            .Set("stutter", "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440");
        return file;
    }

    /// <summary>The old manager interface stays closed.</summary>
    public static ConfFile Manager()
    {
        var file = new ConfFile("manager.conf", "Closed: Ringway speaks ARI.");
        file.Begin("general").Set("enabled", false).Set("webenabled", false);
        return file;
    }

    /// <summary>
    /// PJSIP's objects come from pjsip.conf and, pushed through ARI, from memory: agents' lines are made at sign-in and
    /// gone with the sign-out or the process. Seen on 22.10.1: both kinds live side by side.
    /// </summary>
    public static ConfFile Sorcery()
    {
        var file = new ConfFile("sorcery.conf", "Objects from pjsip.conf, and beside them what Ringway pushes into memory.");
        var pjsip = file.Begin("res_pjsip");
        foreach (var type in (string[])["auth", "aor", "endpoint"])
            pjsip.Set(type, $"config,pjsip.conf,criteria=type={type}").Set(type, "memory");
        pjsip.Set("contact", "memory", "the default keeps registrations on disk, beyond the lines they belong to");
        return file;
    }

    /// <summary>What a held caller hears.</summary>
    /// <param name="etc">The folder that the configuration will be read from; the sound lies beside it.</param>
    public static ConfFile MusicOnHold(string etc)
    {
        var file = new ConfFile("musiconhold.conf", "What a held caller hears.");
        file.Begin("default").Set("mode", "files").Set("directory", Path.Combine(etc, HoldFolder));
        return file;
    }

    /// <summary>The sound itself; see <see cref="HoldMusic"/>.</summary>
    public static void WriteHoldSound(string etc)
    {
        var folder = Directory.CreateDirectory(Path.Combine(etc, HoldFolder)).FullName;
        var path = Path.Combine(folder, "music.sln16");
        if (File.Exists(path)) return;
        // All files in the folder are played in turn.
        File.Delete(Path.Combine(folder, "tones.sln16"));
        File.WriteAllBytes(path + ".new", HoldMusic.Make());
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Names that Asterisk resolves by a file of ours before it asks DNS.</summary>
    public static ConfFile Resolver(string etc)
    {
        var file = new ConfFile("resolver_unbound.conf", "Names are looked up in Ringway's own hosts file, then in DNS.");
        file.Begin("general").Set("hosts", Path.Combine(etc, HostsFile)).Set("resolv", "system");
        return file;
    }

    /// <summary>The hosts file behind it, in the format of hosts(5); read by Asterisk at its start.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool WriteHosts(string etc, IEnumerable<(string Name, System.Net.IPAddress Address)> hosts)
    {
        var path = Path.Combine(etc, HostsFile);
        var text = string.Concat(hosts.Select(h => $"{h.Address} {h.Name}\n").Prepend("127.0.0.1 localhost\n"));
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return false;
        File.WriteAllText(path, text);
        return true;
    }

    /// <summary>Files that Asterisk's core looks for at start and warns about when they are missing.</summary>
    public static IEnumerable<ConfFile> Bystanders() =>
    [
        Stasis(), Cdr(), Cel(), Indications(), Manager(),
        Empty("features.conf", "No feature codes: nobody transfers by keys."),
        Empty("udptl.conf", "No fax."),
        new ConfFile("acl.conf", "No named address lists."), // not even a [general]: each section would be a list
        Empty("ccss.conf", "No call completion is offered; enabled=no would say so as an error at every start (22.10.1)."),
        Empty("pjproject.conf", "PJSIP's own log stays as it is."),
        new ConfFile("websocket_client.conf", "Asterisk opens no sockets of its own."), // not even a [general]: each section would be a connection
    ];

    private static ConfFile Empty(string name, string why)
    {
        var file = new ConfFile(name, why);
        file.Begin("general");
        return file;
    }
}
