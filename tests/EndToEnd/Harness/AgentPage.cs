using Microsoft.Playwright;

namespace Ringway.EndToEnd.Harness;

/// <summary>An agent at the web phone, as she sees it.</summary>
public sealed class AgentPage : SoundPage
{
    private readonly string _agent;

    private AgentPage(IPage page, string agent, double hz) : base(page, hz) => _agent = agent;

    /// <summary>Signed in, registered, and ready for calls: signing in makes ready.</summary>
    public static async Task<AgentPage> ReadyAsync(Browsers browsers, Product product, string agent, double hz)
    {
        var page = new AgentPage(await browsers.NewPageAsync(), agent, hz);
        await page.OpenAsync(product.Ready.Phone);
        await page.SignInAsync(agent, product.Password(agent));
        await page.SpeakAsync();
        await page.LineStateAsync("registered");
        await page.ReadinessAsync(true);
        await page.IsFreeAsync();
        return page;
    }

    /// <summary>Another tab of the same browser, which is asked to be the phone.</summary>
    public async Task<AgentPage> UseInAnotherTabAsync(Product product)
    {
        var tab = new AgentPage(await Page.Context.NewPageAsync(), _agent, OwnHz);
        await tab.OpenAsync(product.Ready.Phone);
        await tab.SpeakAsync();
        await tab["use-here"].ClickAsync();
        return tab;
    }

    /// <summary>The page alone, nobody signed in.</summary>
    public static async Task<AgentPage> OpenAsync(Browsers browsers, Product product, bool withMicrophone = true)
    {
        var page = new AgentPage(await browsers.NewPageAsync(withMicrophone), "nobody", 0);
        await page.OpenAsync(product.Ready.Phone);
        return page;
    }

    /// <summary>As if the person had clicked Block; the fake microphone would otherwise be granted unasked.</summary>
    public Task DenyMicrophoneAsync() => Page.EvaluateAsync(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')); }");

    public async Task SignInAsync(string agent, string password)
    {
        await this["sign-in-agent"].FillAsync(agent);
        await this["sign-in-password"].FillAsync(password);
        await this["sign-in-button"].ClickAsync();
    }

    /// <summary>Takes no calls from now on, and may still place some.</summary>
    /// <param name="reason">The id of what she says when she is asked why; null: nothing.</param>
    public async Task PauseAsync(string? reason = null)
    {
        await this["ready-switch"].ClickAsync();
        await ReadinessAsync(false);
        await this["pause-menu"].WaitForAsync();
        if (reason is null) await Page.Keyboard.PressAsync("Escape");
        else await this[$"pause-{reason}"].ClickAsync();
        await this["pause-menu"].WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    /// <summary>What stands on the button beside the menu of reasons.</summary>
    public Task ReadyLabelAsync(string label) => Eventually.SeeAsync(
        $"the button of {this} says {label}", () => this["ready-switch"].InnerTextAsync(), seen => seen.Trim() == label);

    /// <summary>What stands beside a colleague's name.</summary>
    public Task ColleagueAsync(string agent, string shown) => Eventually.SeeAsync(
        $"{this} sees that {agent} is {shown}",
        () => Page.Locator($"[data-testid=colleague][data-agent={agent}]").InnerTextAsync(), seen => seen.EndsWith(shown, StringComparison.Ordinal));

    /// <summary>Takes calls again after a pause.</summary>
    public async Task ReadyAgainAsync()
    {
        await this["ready-switch"].ClickAsync();
        await ReadinessAsync(true);
        await IsFreeAsync();
    }

    public Task LineStateAsync(string state) => Eventually.SeeAsync(
        $"the line of {this} is {state}", () => this["ready-switch"].GetAttributeAsync("data-line"), seen => seen == state);

    public async Task CallAsync(string number)
    {
        await this["dial-input"].FillAsync(number);
        await this["call-button"].ClickAsync();
    }

    /// <summary>ringway itself says that calls may ring here: it has heard of the phone from Asterisk.</summary>
    public Task<string> IsFreeAsync() => Eventually.SeeAsync(
        $"ringway says that {this} is free", IsSaidToBeAsync, seen => seen == "free");

    /// <summary>What ringway says of her: free, ringing, talking, wrapUp, away.</summary>
    public Task<string> IsSaidToBeAsync() => Page.EvaluateAsync<string>(
        "async id => (await (await fetch('/api/v1/agents')).json()).find(agent => agent.id === id)?.state ?? 'unknown'", _agent);

    /// <summary>Whether ringway believes that her phone is there.</summary>
    public Task<bool> IsSaidToHaveLineAsync() => Page.EvaluateAsync<bool>(
        "async id => (await (await fetch('/api/v1/agents')).json()).some(agent => agent.id === id && agent.lineUp)", _agent);

    /// <summary>Her phone is from now on as one whose browser is too busy to answer Asterisk's pings (OPTIONS) in time.</summary>
    public Task AnswerNoPingAsync() => Page.EvaluateAsync(
        """
        () => {
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            const isPong = typeof data === 'string' && data.startsWith('SIP/2.0 200') && /CSeq: *\d+ OPTIONS/i.test(data);
            if (!isPong) send.call(this, data);
          };
        }
        """);

    /// <summary>none, incoming, outgoing, talking, over.</summary>
    public Task IsAsync(string state, TimeSpan? within = null) => StateAsync(this["call-card"], state, within);

    public Task AnswerAsync() => this["answer"].ClickAsync();

    public Task DeclineAsync() => this["decline"].ClickAsync();

    /// <summary>Until her page has taken the click: a call that goes on after it is not the page's doing.</summary>
    public async Task HangUpAsync()
    {
        await this["hang-up"].ClickAsync();
        await Eventually.SeeAsync(
            $"{this} has hung up",
            async () => await this["call-card"].CountAsync() == 0 ? "gone" : await this["call-card"].GetAttributeAsync("data-state"),
            seen => seen is not ("talking" or "outgoing"));
    }

    /// <summary>Asks ringway to do something with the agent's only call.</summary>
    /// <returns>The problem's code; null when it is done.</returns>
    public Task<string?> AskAsync(string method, string what, string? to = null) => Page.EvaluateAsync<string?>(
        """
        async ([agent, method, what, to]) => {
          const calls = await (await fetch('/api/v1/calls')).json();
          const id = calls.find(call => call.agent === agent)?.id;
          const answer = await fetch(`/api/v1/calls/${id}/${what}`, {
            method, headers: { 'Content-Type': 'application/json' }, body: to === null ? undefined : JSON.stringify({ to }),
          });
          return answer.ok ? null : (await answer.json()).code;
        }
        """, new[] { _agent, method, what, to });

    /// <summary>Wants to listen to the only call of another agent.</summary>
    /// <returns>The problem's code; null when it is done.</returns>
    public Task<string?> SuperviseAsync(string agent) => Page.EvaluateAsync<string?>(
        """
        async agent => {
          const calls = await (await fetch('/api/v1/calls')).json();
          const id = calls.find(call => call.agent === agent)?.id;
          const answer = await fetch(`/api/v1/calls/${id}/supervision`, {
            method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ mode: 'listen' }),
          });
          return answer.ok ? null : (await answer.json()).code;
        }
        """, agent);

    /// <summary>The agent sees that somebody listens, or speaks to her alone.</summary>
    public Task IsToldOfSupervisorAsync(string mode) => Eventually.SeeAsync(
        $"{this} is told that a supervisor is there to {mode}",
        async () => await this["supervisor"].CountAsync() == 0 ? "nobody" : await this["supervisor"].GetAttributeAsync("data-mode"), seen => seen == mode);

    /// <summary>
    /// What is on a recording, as the browser itself decodes it: second by second, how often the left channel swings and then the right one; 0 for
    /// silence. Null while there is nothing to hear yet.
    /// </summary>
    public Task<double[][]?> RecordedHzAsync(string call) => Page.EvaluateAsync<double[][]?>(
        """
        async call => {
          const answer = await fetch(`/api/v1/calls/${call}/recording`);
          if (!answer.ok) return null;
          const sound = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(await answer.arrayBuffer());
          const hz = (channel, second) => {
            const samples = sound.getChannelData(channel).slice(second * 48000, (second + 1) * 48000);
            if (Math.max(...samples) < 0.01) return 0;
            return samples.reduce((count, sample, i) => count + (i > 0 && samples[i - 1] < 0 && sample >= 0 ? 1 : 0), 0);
          };
          return Array.from({ length: Math.floor(sound.duration) }, (_, second) => [hz(0, second), hz(1, second)]);
        }
        """, call);

    /// <summary>Types digits on the call's keypad.</summary>
    public async Task SendDigitsAsync(string digits)
    {
        await this["keypad-toggle"].ClickAsync();
        foreach (var digit in digits)
            await this[$"key-{digit switch { '*' => "star", '#' => "hash", _ => digit }}"].ClickAsync();
    }

    /// <summary>The browser is gone from one moment to the next: no goodbye, neither to ringway nor by SIP.</summary>
    public async Task VanishAsync()
    {
        await Page.Context.SetOfflineAsync(true);
        await Page.GotoAsync("about:blank");
        await Page.Context.CloseAsync();
    }

    /// <summary>The page is loaded anew, as by F5; the sign-in is a cookie and lives on.</summary>
    public async Task ReloadAsync()
    {
        await Page.ReloadAsync();
        await SpeakAsync();
    }

    /// <summary>The page is left for another; the sign-in lives on.</summary>
    public Task LeaveAsync() => Page.GotoAsync("about:blank");

    /// <summary>And opened again.</summary>
    public async Task ComeBackAsync(Product product)
    {
        await Page.GotoAsync(new Uri(product.Ready.Phone, "?test").ToString());
        await SpeakAsync();
        await LineStateAsync("registered");
        await IsAsync("talking");
    }

    private Task<string?> ReadinessAsync(bool ready) => Eventually.SeeAsync(
        $"{this} is {(ready ? "ready" : "not ready")}",
        () => this["ready-switch"].GetAttributeAsync("aria-checked"),
        seen => seen == (ready ? "true" : "false"));

    /// <summary>Signs out, so that the next test finds nobody signed in.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!Page.IsClosed && await this["sign-out"].IsVisibleAsync())
        {
            await this["sign-out"].ClickAsync();
            await Eventually.BeTrueAsync($"{this} is signed out", async () => await this["sign-in-form"].CountAsync() == 1);
        }

        await base.DisposeAsync();
    }

    /// <summary>Looks at the rules of a line that she may edit.</summary>
    public async Task OpenRulesAsync(string line)
    {
        await this["lines-button"].ClickAsync();
        await this[$"rules-{line}"].ClickAsync();
        await Eventually.SeeAsync($"{this} sees the rules of {line}", () => this["rules-sheet"].GetAttributeAsync("data-is"), seen => seen == "open");
    }

    public Task RecordingAsync(string says) => Eventually.SeeAsync(
        $"the page of {this} says \"{says}\"", () => this["recording"].First.InnerTextAsync(), seen => seen.Trim() == says);

    /// <summary>What the card says at the end of a call, or during it.</summary>
    public Task<string> SaysAsync() => this["call-state"].InnerTextAsync();

    public override string ToString() => _agent;
}
