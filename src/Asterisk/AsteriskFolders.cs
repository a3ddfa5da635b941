using System.Security.Cryptography;
using System.Text;

namespace Ringway.Asterisk;

/// <summary>Every folder that one Asterisk reads and writes, all below one root; asterisk.conf points there.</summary>
/// <param name="Root">Absolute path, for example <c>data/asterisk</c>.</param>
public sealed record AsteriskFolders(string Root)
{
    /// <summary>sockaddr_un holds 108 bytes with the closing zero (unix(7)).</summary>
    private const int LongestSocketPathBytes = 107;

    public string Root { get; init; } = Path.GetFullPath(Root);

    /// <summary>Configuration files; written by us only.</summary>
    public string Etc => Path.Combine(Root, "etc");

    /// <summary>What Asterisk keeps from run to run (astdb).</summary>
    public string Var => Path.Combine(Root, "var");

    public string Log => Path.Combine(Root, "log");

    /// <summary>Recordings and voice files in the making.</summary>
    public string Spool => Path.Combine(Root, "spool");

    /// <summary>ARI's recordings. Debian ships no such folder, and without it every recording answers 500.</summary>
    public string Recordings => Path.Combine(Spool, "recording");

    /// <summary>Pid file and control socket. In /tmp when the root's path is too long for a socket's name.</summary>
    public string Run
    {
        get
        {
            var near = Path.Combine(Root, "run");
            return Encoding.UTF8.GetByteCount(Path.Combine(near, "asterisk.ctl")) <= LongestSocketPathBytes ? near
                : $"/tmp/ringway-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..16]}";
        }
    }

    public string AsteriskConf => Path.Combine(Etc, "asterisk.conf");

    public string PidFile => Path.Combine(Run, "asterisk.pid");

    public string ControlSocket => Path.Combine(Run, "asterisk.ctl");

    /// <summary>What Asterisk has to tell: notices, warnings, errors.</summary>
    public string MessagesLog => Path.Combine(Log, "messages.log");

    /// <summary>What it prints before its logger runs, and the loader's complaints.</summary>
    public string ConsoleLog => Path.Combine(Log, "console.log");

    /// <summary>Makes all of them, readable by this user alone: secrets and voices lie there.</summary>
    public void Create()
    {
        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var folder in (string[])[Root, Etc, Var, Log, Spool, Run, Recordings, Path.Combine(Spool, "tmp"), Path.Combine(Var, "keys"),
            Path.Combine(Spool, "outgoing"), Path.Combine(Spool, "monitor")])
            Directory.CreateDirectory(folder, mine);
    }
}
