using System.Net;
using Ringway.News;
using Ringway.Options;

namespace Ringway.Tests.Options;

public sealed class ReadingTheConfiguration : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-options-").FullName;

    [Fact]
    public void Without_any_configuration_everything_has_a_default_and_the_simulator_takes_part()
    {
        var options = Read("");

        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8080"), options.Listen);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Calls.Ring);
        Assert.Equal(("wa.meta.vc", 5061), (options.WhatsApp.Host, options.WhatsApp.Port));
        Assert.Empty(options.Lines);
        Assert.True(options.WithSimulator);
    }

    [Fact]
    public void A_whole_file_is_read()
    {
        File.WriteAllText(Path.Combine(_folder, "line-password"), "from-a-file\n");
        var options = Read("""
            listen: 0.0.0.0:443
            lines:
              - id: shop
                number: +49 30 901820
                name: The shop
                media: dtls
                password: file:line-password
            agents:
              - id: carla
                password: env:CARLAS_PASSWORD
            trunk:
              host: calls.example.com
              externalAddress: 192.0.2.7
              localNets: [10.0.0.0/8, 192.168.0.0/16]
            calls:
              ringSeconds: 20
              longestHours: 2
            store:
              url: postgres://ringway@localhost/ringway
            """, environment: new() { ["CARLAS_PASSWORD"] = "correct-horse" });

        Assert.Equal(new IPEndPoint(IPAddress.Any, 443), options.Listen);
        var line = Assert.Single(options.Lines);
        Assert.Equal(("shop", "+4930901820", "The shop", LineMedia.Dtls, "from-a-file"),
            (line.Id, line.Number.E164, line.Name, line.Media, line.Password.Reveal()));
        Assert.Equal(("carla", "carla", "correct-horse"), (options.Agents[0].Id, options.Agents[0].Name, options.Agents[0].Password.Reveal()));
        Assert.Equal(["10.0.0.0/8", "192.168.0.0/16"], options.Trunk.LocalNets.Select(net => net.ToString()));
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromHours(2)), (options.Calls.Ring, options.Calls.Longest));
        Assert.False(options.WithSimulator);
    }

    [Fact]
    public void A_webhook_gets_all_events_or_those_that_are_named()
    {
        var hooks = Read("""
            webhooks:
              - {id: crm, url: https://crm.example.com/calls, secret: 0123456789abcdef}
              - {id: bell, url: "http://127.0.0.1:9000/", secret: 0123456789abcdef, events: [missed, ended]}
            """).Webhooks;

        Assert.All(Enum.GetValues<NewsKind>(), kind => Assert.True(hooks[0].Wants(kind)));
        Assert.Equal([NewsKind.Missed, NewsKind.Ended], Enum.GetValues<NewsKind>().Where(hooks[1].Wants));
    }

    [Fact]
    public void Reasons_for_a_pause_are_the_usual_ones_or_those_that_are_named_or_none()
    {
        Assert.Equal(["break", "lunch", "meeting", "training"], Read("").PauseReasons.Select(reason => reason.Id));
        Assert.Equal(["Siesta", "post"], Read("pauseReasons: [{id: siesta, name: Siesta}, {id: post}]").PauseReasons.Select(reason => reason.Name));
        Assert.Empty(Read("pauseReasons: []").PauseReasons);
        var faults = Faults("pauseReasons: [{id: post}, {id: post, name: Something that takes long}]");
        Assert.Contains(faults, fault => fault.EndsWith("pauseReasons[1].id: 'post' is used twice", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.EndsWith("pauseReasons[1].name: has more than 24 characters; it stands on a button", StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_may_be_a_credential_that_systemd_hands_over()
    {
        File.WriteAllText(Path.Combine(_folder, "sip"), "from-systemd\n");
        var options = Read("""
            lines: [{id: shop, number: +49 30 901820, password: 'credential:../sip'}]
            trunk: {host: calls.example.com}
            """, environment: new() { ["CREDENTIALS_DIRECTORY"] = _folder }); // the name alone counts, not a way out of the folder

        Assert.Equal("from-systemd", options.Lines[0].Password.Reveal());
    }

    [Fact]
    public void The_environment_goes_over_the_file_and_the_command_line_over_both()
    {
        const string file = """
            calls:
              ringSeconds: 20
              dialSeconds: 20
              rejoinSeconds: 20
            """;
        var options = Read(file, ["calls.dialSeconds=40"], new()
        {
            ["RINGWAY__calls__ringSeconds"] = "30",
            ["RINGWAY__CALLS__DIALSECONDS"] = "30",
            ["RINGWAY__lines__0__id"] = "main",
            ["RINGWAY__lines__0__number"] = "+15550001000",
            ["RINGWAY__lines__0__password"] = "secret",
            ["RINGWAY__trunk__host"] = "calls.example.com",
            ["RINGWAY_SOMETHING_ELSE"] = "not ours",
        });

        Assert.Equal(
            (30, 40, 20),
            ((int)options.Calls.Ring.TotalSeconds, (int)options.Calls.Dial.TotalSeconds, (int)options.Calls.Rejoin.TotalSeconds));
        Assert.Equal("+15550001000", options.Line("main")!.Number.E164);
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_key_and_its_place()
    {
        var faults = Faults("""
            lisen: 127.0.0.1:8080
            lines:
              - id: shop
                number: "030901820"
                media: srtp
              - id: shop
                number: +4930901820
                password: secret
                pasword: secret
            agents:
              - id: customer
                password: short
            calls:
              ringSeconds: 3
              dialSeconds: soon
            trunk:
              port: 8080
              key: nothing.pem
            store: {url: "mysql://localhost"}
            """, ["calls.longestHour=5", "nonsense"], new() { ["RINGWAY__asterisk__rtpEnd"] = "20001" });

        Assert.Equal(
            new[]
            {
                "--set calls.longestHour: calls.longestHour: is no option of ringway; did you mean 'longestHours'?",
                "--set: nonsense: expected key=value",
                "environment variable RINGWAY__asterisk__rtpEnd: asterisk.rtpEnd: 20000 to 20001 is too small: a call takes four ports",
                "ringway.yaml:1: lisen: is no option of ringway; did you mean 'listen'?",
                "ringway.yaml:11: agents[0].id: 'customer' has another meaning in ringway; choose another id",
                "ringway.yaml:12: agents[0].password: is shorter than 8 characters",
                "ringway.yaml:14: calls.ringSeconds: 3 is outside 5 to 120",
                "ringway.yaml:15: calls.dialSeconds: 'soon' is not a whole number",
                "ringway.yaml:17: trunk.port: port 8080 is taken by listen",
                $"ringway.yaml:18: trunk.key: there is no file {Path.Combine(_folder, "nothing.pem")}",
                "ringway.yaml:19: store.url: is neither 'sqlite', 'sqlite:FILE' nor a PostgreSQL connection such as postgres://user@host/name",
                "lines[0].password: is missing: the SIP password that Meta made for the number. Or give lines[].phoneNumberId and an account, and `ringway whatsapp apply` fetches it",
                "ringway.yaml:4: lines[0].number: '030901820': a number starts with + and the country code, like +15550001000",
                "ringway.yaml:5: lines[0].media: 'srtp' is none of sdes, dtls",
                "ringway.yaml:6: lines[1].id: 'shop' is used twice",
                "ringway.yaml:9: lines[1].pasword: is no option of ringway; did you mean 'password'?",
                "trunk.certificate: certificate and key belong together: give both or neither",
                "trunk.host: is missing: the name under which WhatsApp reaches this machine, as entered at Meta",
            }.Order(StringComparer.Ordinal),
            faults.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a: [1", "ringway.yaml:")]
    [InlineData("calls:\n  ringSeconds: 20\n  ringSeconds: 30", "ringway.yaml:")]
    [InlineData("- a\n- b", "expected keys with values below it")]
    [InlineData("lines: main", "lines: expected a list")]
    [InlineData("calls: [20]", "calls: expected keys with values below it")]
    [InlineData("asterisk: yes", "asterisk: expected keys with values below it")]
    [InlineData("listen: {port: 8080}", "listen: expected one value")]
    [InlineData("webhooks: [{id: crm, url: 'http://crm.example.com/', secret: 0123456789abcdef}]", "webhooks[0].url: 'http://crm.example.com/' is no https address")]
    [InlineData("webhooks: [{id: crm, url: 'https://me:hush@crm.example.com/', secret: 0123456789abcdef}]", "webhooks[0].url: has an @")]
    [InlineData("webhooks: [{id: crm, url: 'https://crm.example.com/', secret: short}]", "webhooks[0].secret: is shorter than 16 characters")]
    [InlineData("webhooks: [{id: crm, url: 'http://localhost:9/', secret: 0123456789abcdef, events: [answerd]}]", "webhooks[0].events[0]: 'answerd' is none of ringing")]
    [InlineData("bots: [{id: ivy, url: 'ws://bots.example.com/'}]", "bots[0].url: 'ws://bots.example.com/' is no wss address")]
    [InlineData("bots: [{id: ivy, url: 'wss://me:hush@bots.example.com/'}]", "bots[0].url: has an @")]
    [InlineData("bots: [{id: ada, url: 'wss://bots.example.com/'}]", "bots[0].id: 'ada' is an agent")]
    [InlineData("bots: [{id: ivy, url: 'wss://bots.example.com/', token: short}]", "bots[0].token: is shorter than 16 characters")]
    [InlineData("lines: [{id: a, routes: [{bot: ivi}]}]\nbots: [{id: ivy, url: 'wss://bots.example.com/'}]", "lines[0].routes[0].bot: there is no 'ivi' in bots; did you mean 'ivy'?")]
    [InlineData("menus: [{id: m, say: 'sound:No!', keys: [{key: '1', agent: ada}]}]", "menus[0].say: 'No!' is no name of a sound: small letters, digits and dashes, a letter first, at most 40")]
    [InlineData("teams: [{id: t, waitSeconds: 60, announcements: {everySeconds: 30, say: 'sound:thanks'}}]", "teams[0].announcements.say: cannot be a sound of the desk; give a text or `file:PATH`")]
    [InlineData("menus: [{id: m, say: x, keys: [{key: '1', agent: adda}]}]", "menus[0].keys[0].agent: there is no agent 'adda'; did you mean 'ada'?")]
    [InlineData("menus: [{id: m, say: x, keys: [{key: '1', agent: ada, bot: ivy}]}]", "menus[0].keys[0]: leads to exactly one of")]
    [InlineData("listen: ringway:8080", "is not address:port")]
    [InlineData("listen: 127.0.0.1:80800", "is not address:port")]
    [InlineData("node: n-1", "has a dash")]
    [InlineData("node: N1", "must be small letters")]
    [InlineData("whatsapp: {address: 127.1}", "is not an IP address")]
    [InlineData("agents: [{id: ada, password: 'env:NO_SUCH_VARIABLE'}]", "environment variable NO_SUCH_VARIABLE is not set")]
    [InlineData("agents: [{id: ada, password: 'credential:ada'}]", "LoadCredential=")]
    [InlineData("agents: [{id: ada, password: 'file:nowhere'}]", "cannot be read")]
    [InlineData("lines: [{id: shop, number: +4930901820, password: x, agents: [ada, bobb]}]", "lines[0].agents[1]: there is no agent 'bobb'")]
    [InlineData("teams: [{id: help, overflow: salse}, {id: sales}]", "teams[0].overflow: there is no 'salse' in teams; did you mean 'sales'?")]
    [InlineData("teams: [{id: a, agents: [ada], overflow: b}, {id: b, agents: [bob], overflow: c}, {id: c, overflow: a}]", "teams[1].overflow: is a circle: b, c, a, b; leave out")]
    [InlineData("teams: [{id: a, agents: [ada], overflow: a}]", "teams[0].overflow: is a circle: a, a;")]
    [InlineData("teams: [{id: a, waitSeconds: 60, announcements: {everySeconds: 3}}]", "teams[0].announcements.everySeconds: is less than 5")]
    [InlineData("teams: [{id: a, announcements: {everySeconds: 30}}]", "teams[0].announcements.everySeconds: is of no use: nobody waits")]
    [InlineData("teams: [{id: a, waitSeconds: 60, announcements: {everySeconds: 30, tell: neither}}]", "teams[0].announcements.tell: is `neither`, and there is no `say`")]
    [InlineData("teams: [{id: a, waitSeconds: 60, announcements: {everySeconds: 30, place: You are third}}]", "teams[0].announcements.place: has no {place} in it")]
    [InlineData("teams: [{id: a, waitSeconds: 60, announcements: {everySeconds: 30, minutes: 'file:/no/{minutes}.wav'}}]", "teams[0].announcements.minutes: there is no file /no/2.wav")]
    [InlineData("teams: [{id: a, waitSeconds: 60, callBackKey: '1'}]", "teams[0].callBackKey: would be known to nobody")]
    [InlineData("teams: [{id: a, waitSeconds: 60, callBackKey: '*', announcements: {everySeconds: 30}}]", "teams[0].callBackKey: '*' is none of 0 to 9")]
    [InlineData("teams: [{id: a, overflow: b}, {id: b, agents: [bob]}]", "teams[0].overflow: leads nowhere: everybody is in this team already")]
    [InlineData("teams: [{id: a, agents: [ada, bob], overflow: b}, {id: b, agents: [bob]}]", "teams[0].overflow: leads nowhere: everybody in 'b' is in 'a' already")]
    [InlineData("lines: [{id: a, routes: [{callers: [030]}]}]", "lines[0].routes[0].callers[0]: '030' is no number like +4915112345678")]
    [InlineData("lines: [{id: a, routes: [{callers: ['+49*'], team: halp, say: x}]}]\nteams: [{id: help}]", "lines[0].routes[0]: leads to one of")]
    [InlineData("lines: [{id: a, routes: [{team: halp}]}]\nteams: [{id: help}]", "lines[0].routes[0].team: there is no 'halp' in teams; did you mean 'help'?")]
    [InlineData("lines: [{id: a, routes: [{agent: adda}]}]", "lines[0].routes[0].agent: there is no agent 'adda'; did you mean 'ada'?")]
    [InlineData("lines: [{id: a, routes: [{voicemail: on}]}]", "lines[0].routes[0].voicemail: leads nowhere: the line has no voicemail")]
    [InlineData("lines: [{id: a, routes: [{team: help}, {callers: ['+49*']}]}]\nteams: [{id: help}]", "lines[0].routes[1]: is never reached: routes[0] before it takes every call")]
    [InlineData("lines: [{id: a, routes: [{skill: german}]}]", "lines[0].routes[0].skill: nobody whom this route can reach has the skill 'german'")]
    [InlineData("lines: [{id: a, routes: [{skillSeconds: 5}]}]", "lines[0].routes[0].skillSeconds: says for how long")]
    [InlineData("lines: [{id: a, routes: [{hours: {weekly: ['mon 09:00-18:00']}}]}]", "lines[0].routes[0].hours.timezone: is missing")]
    [InlineData("agents: [{id: ada, password: 12345678, skills: [german]}]", "agents[0].skills[0]: 'german': write a skill and how well")]
    [InlineData("agents: [{}]", "agents[0].id: is missing")]
    [InlineData("{[a]: b}", "ringway.yaml:")]
    public void What_cannot_be_read_is_one_sentence(string yaml, string sentence) =>
        Assert.Contains(Faults(yaml), fault => fault.Contains(sentence, StringComparison.Ordinal));

    [Fact]
    public void Hours_are_read_and_make_a_schedule()
    {
        var line = Assert.Single(Read("""
            lines:
              - id: shop
                number: +49 30 901820
                password: secret
                hours:
                  timezone: Europe/Berlin
                  weekly:
                    - mon-fri 09:00-12:30, 13:30-18:00
                    - sat 10:00-14:00
                  holidays: [2026-12-25, 2026-12-24 09:00-12:00]
                callIcon: hidden
                callbackPermission: on
                extraCodecs: none
            trunk: {host: calls.example.com}
            """).Lines);

        Assert.True(line.Hours.Schedule!.IsOpenAt(new DateTimeOffset(2026, 11, 28, 12, 59, 0, TimeSpan.Zero)));
        Assert.Equal((CallIcon.Hidden, AtMeta.On, ExtraCodecs.None), (line.CallIcon, line.CallbackPermission, line.ExtraCodecs));
        Assert.Null(Read("").FillWithDemo(Secrets.Open(_folder)).Lines[0].Hours.Schedule);
    }

    [Theory]
    [InlineData("{weekly: ['mon 18:00-09:00'], timezone: Europe/Berlin}", "lines[0].hours.weekly[0]: 'mon 18:00-09:00': '18:00-09:00' goes over midnight")]
    [InlineData("{weekly: ['mon 09:00-18:00']}", "lines[0].hours.timezone: is missing")]
    [InlineData("{weekly: ['mon 09:00-18:00'], timezone: Europe/Potsdam}", "lines[0].hours.timezone: 'Europe/Potsdam' is no place")]
    [InlineData("{weekly: ['mon 09:00-18:00', 'mon 17:00-19:00'], timezone: Europe/Berlin}", "lines[0].hours.weekly: mon: 09:00-18:00 and 17:00-19:00 overlap")]
    [InlineData("{holidays: [2026-12-25], timezone: Europe/Berlin}", "lines[0].hours.weekly: is missing")]
    [InlineData("{weekly: ['mon 09:00-18:00'], timezone: Europe/Berlin, holidays: [christmas]}", "lines[0].hours.holidays[0]: 'christmas': write a date")]
    public void Hours_that_make_no_schedule_are_told_where_they_stand(string hours, string sentence) =>
        Assert.Contains(Faults($"lines: [{{id: shop, number: +4930901820, password: x, hours: {hours}}}]"), fault => fault.Contains(sentence, StringComparison.Ordinal));

    [Fact]
    public void A_line_needs_no_password_when_Meta_or_the_simulator_can_be_asked_for_it()
    {
        Assert.Equal("", Assert.Single(Read("""
            lines: [{id: shop, number: +4930901820, phoneNumberId: "106540352242922"}]
            whatsapp: {accounts: [{id: own, businessAccountId: "102290129340398", token: t}]}
            trunk: {host: calls.example.com}
            """).Lines).Password.Reveal());
        Assert.Equal("", Assert.Single(Read("{lines: [{id: shop, number: +4930901820}], simulator: {enabled: on}}").Lines).Password.Reveal());
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_so() =>
        Assert.Contains("cannot be read", Assert.Throws<ConfigurationException>(
            () => Configuration.Read(Path.Combine(_folder, "other.yaml"), environment: new Dictionary<string, string>())).Message);

    [Fact]
    public void An_empty_file_and_empty_sections_are_fine()
    {
        Assert.Equal(new RingwayOptions().Listen, Read("# nothing yet\n").Listen);
        Assert.Equal(new Ringway.Options.CallOptions(), Read("calls:\n").Calls);
    }

    [Fact]
    public void Secrets_do_not_print()
    {
        var options = Read("agents: [{id: ada, password: correct-horse}]");

        Assert.DoesNotContain("horse", options.Agents[0].ToString());
        Assert.DoesNotContain("horse", $"{options.Agents[0].Password} {options}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RingwayOptions Read(string yaml, string[]? sets = null, Dictionary<string, string>? environment = null)
    {
        var file = Path.Combine(_folder, "ringway.yaml");
        File.WriteAllText(file, yaml);
        return Configuration.Read(file, sets, environment ?? []);
    }

    private List<string> Faults(string yaml, string[]? sets = null, Dictionary<string, string>? environment = null) =>
        [.. Assert.Throws<ConfigurationException>(() => Read(yaml, sets, environment)).Faults.Select(fault => fault.ToString())];
}
