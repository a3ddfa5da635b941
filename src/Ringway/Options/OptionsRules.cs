using Ringway.Calls;
using Ringway.Hours;

namespace Ringway.Options;

/// <summary>What must hold between options; single values were checked when they were read.</summary>
internal static class OptionsRules
{
    /// <summary>Short passwords are guessed whatever the rate limit; 8 is the least that NIST SP 800-63B allows.</summary>
    private const int ShortestPassword = 8;

    /// <summary>Who has one signed event can try secrets without asking us; 16 random characters are out of reach.</summary>
    private const int ShortestWebhookSecret = 16;

    private const int LongestReason = 24;

    /// <summary>Names of legs that are not agents' (<c>{callId}.customer</c>); an agent of that name would be taken for one.</summary>
    private static readonly string[] Reserved = ["customer", "ringway", "all"];

    public static IEnumerable<(string Key, string Text)> Check(RingwayOptions options) =>
        [.. Node(options), .. Accounts(options), .. Teams(options), .. Menus(options), .. Lines(options), .. Agents(options), .. PauseReasons(options), .. Bots(options), .. Webhooks(options), .. Ports(options), .. Trunk(options), .. Asterisk(options), .. Store(options)];

    private static IEnumerable<(string, string)> Asterisk(RingwayOptions options)
    {
        if (options.Asterisk.Mirror is { } mirror && !(Uri.TryCreate(mirror, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https" or "file")))
            yield return ("asterisk.mirror", $"'{mirror}' is not the address of a Debian archive, such as http://mirror.example.org/debian");
        if (options.Asterisk.Keyring is { } keyring && !File.Exists(keyring))
            yield return ("asterisk.keyring", $"there is no file {keyring}");
    }

    private static IEnumerable<(string, string)> Node(RingwayOptions options)
    {
        if (options.Node.Contains('-'))
            yield return ("node", $"'{options.Node}' has a dash; in a call id the node ends at the first dash");
    }

    private static IEnumerable<(string, string)> Accounts(RingwayOptions options)
    {
        var accounts = options.WhatsApp.Accounts;
        for (var i = 0; i < accounts.Length; i++)
        {
            if (accounts.Take(i).Any(other => other.Id == accounts[i].Id && accounts[i].Id.Length > 0))
                yield return ($"whatsapp.accounts[{i}].id", $"'{accounts[i].Id}' is used twice");
            if (!accounts[i].BusinessAccountId.All(char.IsAsciiDigit))
                yield return ($"whatsapp.accounts[{i}].businessAccountId", $"'{accounts[i].BusinessAccountId}' is no id of Meta's: digits only");
        }
    }

    private static IEnumerable<(string, string)> Lines(RingwayOptions options)
    {
        for (var i = 0; i < options.Lines.Length; i++)
        {
            var line = options.Lines[i];
            if (options.Lines.Take(i).Any(other => other.Id == line.Id && line.Id.Length > 0))
                yield return ($"lines[{i}].id", $"'{line.Id}' is used twice");
            if (options.Lines.Take(i).Any(other => other.Number == line.Number && line.Number != default))
                yield return ($"lines[{i}].number", "the same number stands in two lines");
            if (line.PhoneNumberId is { } id && !id.All(char.IsAsciiDigit))
                yield return ($"lines[{i}].phoneNumberId", $"'{id}' is no id of Meta's: digits only; it is not the number itself");
            if (line.Account is { } account && options.WhatsApp.Accounts.All(known => known.Id != account))
                yield return ($"lines[{i}].account", $"there is no '{account}' in whatsapp.accounts{Spelling.DidYouMean(account, options.WhatsApp.Accounts.Select(known => known.Id))}");
            if (line.PhoneNumberId is not null && line.Account is null && options.WhatsApp.Accounts.IsEmpty && !options.WithSimulator)
                yield return ($"lines[{i}].phoneNumberId", "needs an account: add one to whatsapp.accounts");
            // With its id the password can come from Meta (LinePasswords); the simulator makes one.
            if (line.Password.Reveal().Length == 0 && line.PhoneNumberId is null && !options.WithSimulator)
                yield return ($"lines[{i}].password",
                    "is missing: the SIP password that Meta made for the number. Or give lines[].phoneNumberId and an account, and `ringway whatsapp apply` fetches it");
            for (var j = 0; j < line.Agents.Length; j++)
                if (WhoIsMeant(options).All(known => known != line.Agents[j]))
                    yield return ($"lines[{i}].agents[{j}]", $"there is no agent '{line.Agents[j]}'{Spelling.DidYouMean(line.Agents[j], WhoIsMeant(options))}");
            for (var j = 0; j < line.NightSwitch.Length; j++)
                if (WhoIsMeant(options).All(known => known != line.NightSwitch[j]))
                    yield return ($"lines[{i}].nightSwitch[{j}]", $"there is no agent '{line.NightSwitch[j]}'{Spelling.DidYouMean(line.NightSwitch[j], WhoIsMeant(options))}");
            for (var j = 0; j < line.Editors.Length; j++)
                if (WhoIsMeant(options).All(known => known != line.Editors[j]))
                    yield return ($"lines[{i}].editors[{j}]", $"there is no agent '{line.Editors[j]}'{Spelling.DidYouMean(line.Editors[j], WhoIsMeant(options))}");
            if (line.Team is { } team && options.Teams.All(known => known.Id != team))
                yield return ($"lines[{i}].team", $"there is no '{team}' in teams{Spelling.DidYouMean(team, options.Teams.Select(known => known.Id))}");
            if (line.Menu is { } menu && options.Menus.All(known => known.Id != menu))
                yield return ($"lines[{i}].menu", $"there is no '{menu}' in menus{Spelling.DidYouMean(menu, options.Menus.Select(known => known.Id))}");
            if (line.Team is not null && !line.Agents.IsEmpty)
                yield return ($"lines[{i}].agents", "cannot stand beside lines[].team: the team says who its members are");
            foreach (var (key, said) in new[] { ("voicemail.greeting", line.Voicemail.Greeting), ("voicemail.closedGreeting", line.Voicemail.ClosedGreeting), ("recording.notice", line.Recording.Notice) })
                if (SoundName.WhyNot(said) is { } fault)
                    yield return ($"lines[{i}].{key}", fault);
            foreach (var (key, greeting) in new[] { ("greeting", line.Voicemail.Greeting), ("closedGreeting", line.Voicemail.ClosedGreeting) })
                if (line.Voicemail.Enabled == VoicemailMode.On && greeting.StartsWith("file:", StringComparison.Ordinal) && !File.Exists(greeting["file:".Length..]))
                    yield return ($"lines[{i}].voicemail.{key}", $"there is no file {greeting["file:".Length..]}");
            if (line.Recording.When != RecordWhen.Never && line.Recording.Notice.StartsWith("file:", StringComparison.Ordinal) && !File.Exists(line.Recording.Notice["file:".Length..]))
                yield return ($"lines[{i}].recording.notice", $"there is no file {line.Recording.Notice["file:".Length..]}");
            foreach (var listener in line.Recording.Listeners.Where(listener => !options.Agents.IsEmpty && options.Agents.All(agent => agent.Id != listener)))
                yield return ($"lines[{i}].recording.listeners", $"there is no '{listener}' in agents{Spelling.DidYouMean(listener, options.Agents.Select(agent => agent.Id))}");
            if (!line.Recording.Language.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+'))
                yield return ($"lines[{i}].recording.language", $"'{line.Recording.Language}' is no language, like `en` or `pt-br`");
            if (!line.Voicemail.Language.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+'))
                yield return ($"lines[{i}].voicemail.language", $"'{line.Voicemail.Language}' is no language, like `en` or `pt-br`");
            foreach (var fault in Hours(line.Hours, $"lines[{i}].hours"))
                yield return fault;
            for (var j = 0; j < line.Routes.Length; j++)
                foreach (var (key, text) in RouteRules.Check(options, line, j))
                    yield return ($"lines[{i}].routes[{j}]{key}", text);
        }
    }

    private static IEnumerable<(string, string)> Teams(RingwayOptions options)
    {
        for (var i = 0; i < options.Teams.Length; i++)
        {
            var team = options.Teams[i];
            if (options.Teams.Take(i).Any(other => other.Id == team.Id && team.Id.Length > 0))
                yield return ($"teams[{i}].id", $"'{team.Id}' is used twice");
            for (var j = 0; j < team.Agents.Length; j++)
                if (WhoIsMeant(options).All(known => known != team.Agents[j]))
                    yield return ($"teams[{i}].agents[{j}]", $"there is no agent '{team.Agents[j]}'{Spelling.DidYouMean(team.Agents[j], WhoIsMeant(options))}");
            for (var j = 0; j < team.Supervisors.Length; j++)
                if (WhoIsMeant(options).All(known => known != team.Supervisors[j]))
                    yield return ($"teams[{i}].supervisors[{j}]", $"there is no agent '{team.Supervisors[j]}'{Spelling.DidYouMean(team.Supervisors[j], WhoIsMeant(options))}");
            if (Overflow(options, team) is { } fault)
                yield return ($"teams[{i}].overflow", fault);
            foreach (var (key, text) in AnnouncementRules.Check(team))
                yield return ($"teams[{i}].{key}", text);
        }
    }

    /// <summary>What is wrong with where a team's calls go on; null when nothing is. A loop is told at each team in it, not at those that lead into it.</summary>
    private static string? Overflow(RingwayOptions options, TeamOptions team)
    {
        if (team.Overflow is null) return null;
        if (Next(options, team) is not { } next)
            return $"there is no '{team.Overflow}' in teams{Spelling.DidYouMean(team.Overflow, options.Teams.Select(known => known.Id))}";
        var way = new List<TeamOptions> { team };
        for (var at = next; at is not null && !way.Contains(at); at = Next(options, at)) way.Add(at);
        if (Next(options, way[^1]) == team)
            return $"is a circle: {string.Join(", ", way.Select(one => one.Id))}, {team.Id}; leave out `overflow` in one of them";
        return team.Agents.IsEmpty ? "leads nowhere: everybody is in this team already; give the team `agents` of its own"
            : !next.Agents.IsEmpty && next.Agents.All(team.Agents.Contains)
                ? $"leads nowhere: everybody in '{next.Id}' is in '{team.Id}' already; give '{next.Id}' somebody else, or raise waitSeconds instead"
            : null;
    }

    private static TeamOptions? Next(RingwayOptions options, TeamOptions team) => options.Teams.FirstOrDefault(known => known.Id == team.Overflow);

    private static IEnumerable<(string, string)> Menus(RingwayOptions options)
    {
        for (var i = 0; i < options.Menus.Length; i++)
        {
            var menu = options.Menus[i];
            if (options.Menus.Take(i).Any(other => other.Id == menu.Id && menu.Id.Length > 0))
                yield return ($"menus[{i}].id", $"'{menu.Id}' is used twice");
            if (menu.Say.StartsWith("file:", StringComparison.Ordinal) && !File.Exists(menu.Say["file:".Length..]))
                yield return ($"menus[{i}].say", $"there is no file {menu.Say["file:".Length..]}");
            if (SoundName.WhyNot(menu.Say) is { } fault)
                yield return ($"menus[{i}].say", fault);
            if (!menu.Language.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+'))
                yield return ($"menus[{i}].language", $"'{menu.Language}' is no language, like `en` or `pt-br`");
            for (var j = 0; j < menu.Keys.Length; j++)
                foreach (var (key, text) in MenuKey(options, menu, j))
                    yield return ($"menus[{i}].keys[{j}]{key}", text);
        }
    }

    private static IEnumerable<(string, string)> MenuKey(RingwayOptions options, MenuOptions menu, int place)
    {
        var key = menu.Keys[place];
        if (key.Digit is not [>= '0' and <= '9' or '*' or '#'])
            yield return (".key", $"'{key.Digit}' is no key of a telephone: 0 to 9, * or #");
        if (menu.Keys.Take(place).Any(other => other.Digit == key.Digit))
            yield return (".key", $"'{key.Digit}' is used twice");
        if (new[] { key.Team is not null, key.Agent is not null, key.Bot is not null, key.Menu is not null, key.Voicemail == VoicemailMode.On }.Count(is_ => is_) != 1)
            yield return ("", "leads to exactly one of `team`, `agent`, `bot`, `menu` and `voicemail`");
        if (key.Agent is { } agent && !WhoIsMeant(options).Contains(agent))
            yield return (".agent", $"there is no agent '{agent}'{Spelling.DidYouMean(agent, WhoIsMeant(options))}");
        if (key.Bot is { } bot && options.Bots.All(known => known.Id != bot))
            yield return (".bot", $"there is no '{bot}' in bots{Spelling.DidYouMean(bot, options.Bots.Select(known => known.Id))}");
        if (key.Team is { } team && options.Teams.All(known => known.Id != team))
            yield return (".team", $"there is no '{team}' in teams{Spelling.DidYouMean(team, options.Teams.Select(known => known.Id))}");
        if (key.Menu is { } next && options.Menus.All(known => known.Id != next))
            yield return (".menu", $"there is no '{next}' in menus{Spelling.DidYouMean(next, options.Menus.Select(known => known.Id))}");
        // Every menu lets go after its tries, so a circle of menus has its exit in each of them.
    }

    /// <summary>Without agents of the operator's own there are those of the demonstration.</summary>
    internal static IEnumerable<string> WhoIsMeant(RingwayOptions options) =>
        options.Agents.IsEmpty ? Demo.Agents.Select(agent => agent.Id) : options.Agents.Select(agent => agent.Id);

    internal static IEnumerable<(string, string)> Hours(HoursOptions hours, string at)
    {
        if (hours.Weekly.IsEmpty)
        {
            if (!hours.Holidays.IsEmpty)
                yield return ($"{at}.weekly", "is missing: without the hours of the week there are no holidays from them");
            yield break;
        }

        if (hours.Timezone is null)
            yield return ($"{at}.timezone", "is missing: the place whose clock counts, like Europe/Berlin");
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(hours.Timezone, out var zone) || !zone.HasIanaId)
            yield return ($"{at}.timezone", $"'{hours.Timezone}' is no place of the time zone database, like Europe/Berlin");
        if (Schedule.WhyNot(hours.Weekly, hours.Holidays) is { } whyNot)
            yield return ($"{at}.weekly", whyNot);
    }

    private static IEnumerable<(string, string)> Agents(RingwayOptions options)
    {
        for (var i = 0; i < options.Agents.Length; i++)
        {
            var agent = options.Agents[i];
            if (options.Agents.Take(i).Any(other => other.Id == agent.Id && agent.Id.Length > 0))
                yield return ($"agents[{i}].id", $"'{agent.Id}' is used twice");
            if (Reserved.Contains(agent.Id))
                yield return ($"agents[{i}].id", $"'{agent.Id}' has another meaning in ringway; choose another id");
            if (agent.Password.Reveal().Length is > 0 and < ShortestPassword)
                yield return ($"agents[{i}].password", $"is shorter than {ShortestPassword} characters");
        }
    }

    private static IEnumerable<(string, string)> Bots(RingwayOptions options)
    {
        for (var i = 0; i < options.Bots.Length; i++)
        {
            var bot = options.Bots[i];
            if (options.Bots.Take(i).Any(other => other.Id == bot.Id && bot.Id.Length > 0))
                yield return ($"bots[{i}].id", $"'{bot.Id}' is used twice");
            if (Reserved.Contains(bot.Id))
                yield return ($"bots[{i}].id", $"'{bot.Id}' has another meaning in ringway; choose another id");
            if (WhoIsMeant(options).Contains(bot.Id))
                yield return ($"bots[{i}].id", $"'{bot.Id}' is an agent; choose another id");
            if (bot.Url.Contains('@', StringComparison.Ordinal)) // not repeated: it may be a password
                yield return ($"bots[{i}].url", "has an @, as before it a name and a password; bots[].user and bots[].password are for these");
            else if (bot.Url.Length > 0 && !MayHear(bot.Url))
                yield return ($"bots[{i}].url", $"'{bot.Url}' is no wss address; ws is for this machine only, because callers are heard there");
            if (bot.Token.Reveal().Length is > 0 and < ShortestWebhookSecret)
                yield return ($"bots[{i}].token", $"is shorter than {ShortestWebhookSecret} characters");
            if (bot.User is null && bot.Password.Reveal().Length > 0)
                yield return ($"bots[{i}].password", "has no bots[].user that it belongs to");
        }
    }

    private static bool MayHear(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == "wss" || (uri.Scheme == "ws" && uri.IsLoopback)) && url.AsSpan().IndexOfAny(";\"\r\n") < 0;

    private static IEnumerable<(string, string)> PauseReasons(RingwayOptions options)
    {
        for (var i = 0; i < options.PauseReasons.Length; i++)
        {
            var reason = options.PauseReasons[i];
            if (options.PauseReasons.Take(i).Any(other => other.Id == reason.Id && reason.Id.Length > 0))
                yield return ($"pauseReasons[{i}].id", $"'{reason.Id}' is used twice");
            if (reason.Name.Length > LongestReason)
                yield return ($"pauseReasons[{i}].name", $"has more than {LongestReason} characters; it stands on a button");
        }
    }

    private static IEnumerable<(string, string)> Webhooks(RingwayOptions options)
    {
        for (var i = 0; i < options.Webhooks.Length; i++)
        {
            var hook = options.Webhooks[i];
            if (options.Webhooks.Take(i).Any(other => other.Id == hook.Id && hook.Id.Length > 0))
                yield return ($"webhooks[{i}].id", $"'{hook.Id}' is used twice");
            if (hook.Url.Contains('@', StringComparison.Ordinal)) // not repeated: it may be a password
                yield return ($"webhooks[{i}].url", "has an @, as before it a name and a password; webhooks.secret is what proves who we are");
            else if (hook.Url.Length > 0 && !MayBeTold(hook.Url))
                yield return ($"webhooks[{i}].url", $"'{hook.Url}' is no https address; http is for this machine only, because events name WhatsApp users");
            if (hook.Secret.Reveal().Length is > 0 and < ShortestWebhookSecret)
                yield return ($"webhooks[{i}].secret", $"is shorter than {ShortestWebhookSecret} characters");
        }
    }

    private static bool MayBeTold(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));

    private static IEnumerable<(string, string)> Ports(RingwayOptions options)
    {
        var taken = new List<(string Key, int Port)>
        {
            ("listen", options.Listen.Port),
            ("trunk.port", options.Trunk.Port),
            ("asterisk.httpPort", options.Asterisk.HttpPort),
        };
        var simulator = options.Simulator;
        if (options.WithSimulator)
            taken.AddRange([
                ("simulator.port", simulator.Port),
                ("simulator.sipPort", simulator.SipPort),
                ("simulator.innerPort", simulator.InnerPort),
                ("simulator.handsetsSipPort", simulator.HandsetsSipPort),
                ("simulator.handsetsHttpPort", simulator.HandsetsHttpPort),
            ]);
        for (var i = 0; i < taken.Count; i++)
            if (taken[i].Port != 0 && taken.Take(i).FirstOrDefault(other => other.Port == taken[i].Port) is { Key: not null } twice)
                yield return (taken[i].Key, $"port {taken[i].Port} is taken by {twice.Key}");

        var ranges = new List<(string Key, int Start, int End)>
        {
            ("asterisk.rtp", options.Asterisk.RtpStart, options.Asterisk.RtpEnd),
        };
        if (options.WithSimulator)
        {
            ranges.Add(("simulator.rtp", simulator.RtpStart, simulator.RtpEnd));
            ranges.Add(("simulator.relay", simulator.RelayStart, simulator.RelayEnd));
        }

        for (var i = 0; i < ranges.Count; i++)
        {
            var (key, start, end) = ranges[i];
            if (end - start < 3)
                yield return ($"{key}End", $"{start} to {end} is too small: a call takes four ports");
            else if (ranges.Take(i).FirstOrDefault(other => start <= other.End && other.Start <= end) is { Key: not null } overlap)
                yield return ($"{key}Start", $"{start} to {end} overlaps {overlap.Key}Start to {overlap.Key}End");
        }
    }

    private static IEnumerable<(string, string)> Trunk(RingwayOptions options)
    {
        var trunk = options.Trunk;
        if (trunk.Certificate is null != trunk.Key is null)
            yield return (trunk.Certificate is null ? "trunk.certificate" : "trunk.key",
                "certificate and key belong together: give both or neither");
        foreach (var (key, file) in new[] { ("trunk.certificate", trunk.Certificate), ("trunk.key", trunk.Key), ("whatsapp.ca", options.WhatsApp.Ca) })
            if (file is not null && !File.Exists(file))
                yield return (key, $"there is no file {file}");
        foreach (var (key, text) in new[] { ("whatsapp.graph", options.WhatsApp.Graph), ("whatsapp.webhookUrl", options.WhatsApp.WebhookUrl) })
            if (text is not null && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")))
                yield return (key, $"'{text}' is not a web address");
        if (options.WhatsApp.Host.Length == 0 || Uri.CheckHostName(options.WhatsApp.Host) == UriHostNameType.Unknown)
            yield return ("whatsapp.host", $"'{options.WhatsApp.Host}' is not a host name");
        if (Uri.CheckHostName(trunk.Host) == UriHostNameType.Unknown)
            yield return ("trunk.host", $"'{trunk.Host}' is not a host name");
        else if (trunk.Host == "localhost" && !options.WithSimulator && !options.Lines.IsEmpty)
            yield return ("trunk.host", "is missing: the name under which WhatsApp reaches this machine, as entered at Meta");
    }

    private static IEnumerable<(string, string)> Store(RingwayOptions options)
    {
        if (Ringway.Store.StoreAddress.WhyNot(options.Store.Url.Reveal()) is { } whyNot)
            yield return ("store.url", whyNot);
    }
}
