using System.Collections.Frozen;

namespace Ringway.Graph;

/// <summary>Who can mend it.</summary>
public enum Acts
{
    /// <summary>The operator, at Meta or in ringway.yaml.</summary>
    You,

    /// <summary>Ringway itself: it waits, asks otherwise, or has a fault of its own.</summary>
    Ringway,

    /// <summary>Meta.</summary>
    Meta,
}

/// <summary>What an error code of Meta's means to somebody who wants to telephone.</summary>
/// <param name="Cause">One sentence.</param>
/// <param name="Cure">What to do, one or two sentences.</param>
/// <param name="Who">Who does it.</param>
public sealed record GraphError(int Code, int? Subcode, string Cause, string Cure, Acts Who)
{
    /// <summary>Too much in too short a time: nothing was done, and the same request works later.</summary>
    public bool IsRate { get; init; }
}

/// <summary>
/// Meta's error codes, as far as calling meets them. Sources: Meta's calling/troubleshooting and support/health-status (read June 2026),
/// Cloud API error codes and Graph API error handling. Codes that Meta's tables do not have say so.
/// </summary>
public static class GraphErrors
{
    public static IReadOnlyList<GraphError> All { get; } =
    [
        // Graph itself
        new(1, null, "Meta had an error of its own, or did not understand the request.", "Try again in a minute; if it stays, look at Meta's status page.", Acts.Meta),
        new(2, null, "Meta's API is down or overloaded for a moment.", "Wait; ringway tries again.", Acts.Meta),
        new(3, null, "The app may not use this part of the API.", "Give the app the permission in the app dashboard (App review, Permissions).", Acts.You),
        new(4, null, "The app has made too many requests.", "Wait; ringway asks less often after that.", Acts.Ringway) { IsRate = true },
        new(10, null, "The token's permissions do not cover this.",
            "Make a token of a system user with whatsapp_business_management and whatsapp_business_messaging, and give that user the account.", Acts.You),
        new(33, null, "Meta knows no such number or account, or this token may not see it.",
            "Compare lines[].phoneNumberId and whatsapp.accounts[].businessAccountId with WhatsApp Manager; the phone number id is not the number.", Acts.You),
        new(100, null, "Meta does not like a value of the request.", "The details name it. If it is a value of ringway.yaml, correct it there.", Acts.You),
        new(100, 33, "Meta knows no such number or account, or this token may not see it.",
            "Compare lines[].phoneNumberId and whatsapp.accounts[].businessAccountId with WhatsApp Manager; the phone number id is not the number.", Acts.You),
        new(190, null, "The access token is expired, was revoked, or is none.",
            "Make a new token of a system user (it need not expire) and put it at whatsapp.accounts[].token.", Acts.You),
        new(190, 460, "The access token ended because its user's password was changed.",
            "Make a token of a system user instead of a person's and put it at whatsapp.accounts[].token.", Acts.You),
        new(190, 463, "The access token is expired.",
            "Make a new token of a system user (it need not expire) and put it at whatsapp.accounts[].token.", Acts.You),
        new(190, 467, "The access token was revoked.",
            "Make a new token of a system user (it need not expire) and put it at whatsapp.accounts[].token.", Acts.You),
        new(200, null, "The token's permissions do not cover this.",
            "Make a token of a system user with whatsapp_business_management and whatsapp_business_messaging, and give that user the account.", Acts.You),
        new(368, null, "Meta has blocked the account for a time because of its policies.", "WhatsApp Manager says which policy and how to object.", Acts.You),
        new(613, null, "Call permissions were asked for too often in one second.", "Wait; ringway asks again.", Acts.Ringway) { IsRate = true },
        new(80007, null, "The WhatsApp Business account has made too many requests.", "Wait; ringway asks less often after that.", Acts.Ringway) { IsRate = true },

        // Messages: permission requests, call buttons, templates
        new(130429, null, "Too many messages in too short a time.", "Wait and send again.", Acts.Ringway) { IsRate = true },
        new(131000, null, "Meta could not send the message and does not say why.", "Send it again.", Acts.Meta),
        new(131008, null, "Something that the request needs is missing.", "This is a fault of ringway: report it with the details.", Acts.Ringway),
        new(131009, null, "A value is not allowed, or call buttons are not available for this number.", "See that calling is enabled: `ringway whatsapp plan`.", Acts.You),
        new(131016, null, "Meta's messages are down for a moment.", "Send it again in a minute.", Acts.Meta),
        new(131026, null, "The message cannot be delivered: the user's WhatsApp is too old, or the user is not on WhatsApp.",
            "Ask the user to update WhatsApp, or to call you.", Acts.You),
        new(131030, null, "The number is Meta's test number, and the user is not on its list of recipients.", "Add the user in the app dashboard (WhatsApp, API set-up), or use a number of your own.", Acts.You),
        new(131031, null, "Meta has locked the account.", "WhatsApp Manager says why and how to object.", Acts.You),
        new(131042, null, "There is a problem with the payment method.", "Put it right in WhatsApp Manager (Payment settings).", Acts.You),
        new(131044, null, "There is no valid payment method.", "Add one in WhatsApp Manager (Payment settings).", Acts.You),
        new(131047, null, "More than 24 hours have passed since the user last wrote or called, so a free message is not allowed.", "Send a template instead.", Acts.You),
        new(131048, null, "Too many users blocked or reported messages of this number.", "Ask fewer users; WhatsApp Manager shows the quality.", Acts.You),
        new(131055, null, "The number takes its calls over SIP, and Graph's call actions are not allowed for it.", "Nothing: ringway calls over SIP. Something else with this token tries Graph.", Acts.You),
        new(131056, null, "Too many messages to this user in too short a time.", "Wait a few seconds and send again.", Acts.Ringway) { IsRate = true },
        new(132000, null, "The template has other blanks than were filled.", "Use a template whose text has no blanks.", Acts.You),
        new(132001, null, "There is no such template in this language, or it is not approved yet.", "Compare name and language with WhatsApp Manager (Message templates).", Acts.You),
        new(132015, null, "Meta has paused the template for its quality.", "Use another template, or wait for the end of the pause.", Acts.You),
        new(132016, null, "Meta has switched the template off for its quality.", "Make a new template.", Acts.You),
        new(133010, null, "The number is not registered with the Cloud API.", "Register it (WhatsApp Manager, Phone numbers).", Acts.You),

        // Calling
        new(138000, null, "Calling is not enabled for the number.", "Run `ringway whatsapp apply`.", Acts.You),
        new(138001, null, "The user cannot be called: not on WhatsApp, an old WhatsApp, or a country without calls.", "Send a message instead.", Acts.You),
        new(138002, null, "The number has as many calls at a time as Meta allows.", "Call when another call has ended.", Acts.You),
        new(138003, null, "There is a call with this user already.", "End that one first.", Acts.You),
        new(138004, null, "Meta could not set the call up.", "Call again.", Acts.Meta),
        new(138005, null, "Too many calls were placed in too short a time.", "Wait a minute and call again.", Acts.You) { IsRate = true },
        new(138006, null, "The user has not allowed this number to call.", "Ask for permission first.", Acts.You),
        new(138007, null, "The call was not set up in time.", "Call again; if it stays, look at the trunk with `ringway doctor`.", Acts.Ringway),
        new(138008, null, "Meta does not like our description of the sound (not in Meta's table; one public report).", "This is a fault of ringway: report it with the details.", Acts.Ringway),
        new(138009, null, "The user was asked once in the last 24 hours or twice in the last 7 days already.", "Wait; any call that connects sets both counts back.", Acts.You),
        new(138011, null, "Meta refuses without a documented reason; it goes away after an ordinary message in either direction.",
            "Let the user write first, or send a template; then ask again.", Acts.You),
        new(138012, null, "The user was called 100 times in the last 24 hours.", "Wait until the time that the details name.", Acts.You),
        new(138013, null, "Calls to users are not available for this number: Meta does not offer them in the number's country.", "Let users call you; a call button helps.", Acts.You),
        new(138014, null, "Meta has stopped calls of this number for a time because of its quality.", "`ringway whatsapp status` says until when. Call those who expect it, and take calls.", Acts.You),
        new(138015, null, "Calling cannot be enabled: the number's messaging limit is below 2,000.", "Raise the limit (business verification, quality); WhatsApp Manager shows it.", Acts.You),
        new(138017, null, "The user allowed calls for good already.", "Call.", Acts.Ringway),
        new(138018, null, "Calling cannot be enabled: there is neither a SIP server nor an app that is subscribed to `calls`.", "Run `ringway whatsapp apply`, which enters the SIP server.", Acts.You),
        new(138019, null, "The user's WhatsApp could not set the call up.", "Call again.", Acts.Meta),
        new(138020, null, "The connection through Meta's relay failed.", "Call again.", Acts.Meta),
        new(138021, null, "Meta got no sound from us: 20 s at the beginning or 30 s in the call.", "Open the RTP ports and set trunk.externalAddress; `ringway doctor` tests both.", Acts.You),
        new(138022, null, "Meta could not send us sound.", "Open the RTP ports and set trunk.externalAddress; `ringway doctor` tests both.", Acts.You),
        new(138023, null, "The call was accepted, and no sound was negotiated.", "See that lines[].media is what Meta has: `ringway whatsapp plan`.", Acts.You),
        new(138024, null, "The number has no SIP server, or SIP is off.", "Run `ringway whatsapp apply`.", Acts.You),
        new(138025, null, "Meta does not accept the number's SIP server.", "`ringway whatsapp plan` shows what Meta has; host name, port and certificate must be right.", Acts.You),
    ];

    private static readonly FrozenDictionary<(int, int?), GraphError> ByCode = All.ToFrozenDictionary(error => (error.Code, error.Subcode));

    /// <summary>What we know of a code; the more special entry first. Null: nothing.</summary>
    public static GraphError? Find(int code, int? subcode = null) =>
        ByCode.GetValueOrDefault((code, subcode)) ?? ByCode.GetValueOrDefault((code, null));
}
