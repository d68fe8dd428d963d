"""What tools send and export, in their shapes. People, firms and addresses are invented."""

from __future__ import annotations

from typing import Any

BEA = "bea.roth@firma.example"
LEAD = "0123456789abcdef0123"
AT = "2026-12-03T09:12:00Z"
REPLY = "Yes, I am interested. Let us talk on Tuesday.\n\nOn Mon, 30 Nov 2026, Nora wrote:\n> Hello Bea"
AWAY = "I am out of the office until 10 December 2026 and will answer then."

_INSTANTLY = {
    "timestamp": "2026-12-03T09:12:00.000Z",
    "workspace": "11111111-2222-3333-4444-000000000000",
    "campaign_id": "11111111-2222-3333-4444-555555555555",
    "campaign_name": "Autumn",
    "lead_email": BEA,
    "email_account": "nora@tidewater.test",
    "unibox_url": "https://app.instantly.test/unibox/1",
    "step": 2,
    "variant": 1,
    "is_first": True,
    "lead_id": LEAD,
}
_SMARTLEAD: dict[str, Any] = {
    "event_timestamp": "2026-12-03T09:12:00+00:00",
    "from_email": "nora@tidewater.test",
    "to_email": BEA,
    "to_name": "Bea Roth",
    "subject": "Re: Hello",
    "campaign_id": 77,
    "campaign_name": "Autumn",
    "campaign_status": "ACTIVE",
    "sequence_number": 2,
    "sent_message": {
        "message_id": "<sent-1@tidewater.test>",
        "text": "Hello",
        "html": "<p>Hello</p>",
        "time": AT,
    },
    "client_id": None,
    "app_url": "https://app.smartlead.test/1",
    "secret_key": "s",
    "description": "Somebody did something",
    "metadata": {"webhook_created_at": "2026-11-01T00:00:00Z"},
    "sl_email_lead_id": 9,
    "sl_email_lead_map_id": 10,
    "sl_lead_email": BEA,
}
_LEMLIST = {
    "_id": "act_1",
    "createdAt": "2026-12-03T09:12:00.000Z",
    "leadId": "lea_1",
    "leadEmail": BEA,
    "leadFirstName": "Bea",
    "leadLastName": "Roth",
    "campaignId": "cam_a",
    "campaignName": "Autumn",
    "sequenceId": "seq_1",
    "sequenceStep": 1,
    "emailId": "ema_1",
    "sendUserEmail": "nora@tidewater.test",
    "isFirst": True,
}
_WOODPECKER = {
    "timestamp": "2026-12-03T09:12:00+0000",
    "prospect": {
        "id": 4,
        "email": BEA,
        "first_name": "Bea",
        "snippet1": LEAD,
        "campaign_id": 88,
        "campaign_name": "Autumn",
    },
}
_MAILSHAKE = {
    "id": 5,
    "actionDate": "2026-12-03T09:12:00Z",
    "subject": "Re: Hello",
    "externalID": "x",
    "externalRawMessageID": "<reply-1@firma.example>",
    "externalConversationID": "y",
    "recipient": {"id": 1, "emailAddress": BEA, "fullName": "Bea Roth", "fields": {"lead_id": LEAD}},
    "campaign": {"id": 3, "title": "Autumn"},
    "parent": {"externalRawMessageID": "<sent-1@tidewater.test>"},
}
_REPLY = {
    "contact_fields": {"email": BEA, "first_name": "Bea"},
    "sequence_fields": {"id": 6, "name": "Autumn"},
    "sequence_step": {"step_number": 2},
}
_HUBSPOT = {"eventId": 1, "subscriptionId": 2, "portalId": 3, "occurredAt": 1796289120000, "objectId": 123}
_BREVO = {
    "email": BEA,
    "id": 1,
    "date": "2026-12-03 10:12:00",
    "ts_event": 1796289120,
    "message-id": "<sent-1@tidewater.test>",
}
_MAILCHIMP = {"fired_at": "2026-12-03 09:12:00", "data[email]": BEA, "data[list_id]": "l", "data[id]": "8"}


def _mautic(name: str, **more: Any) -> dict[str, Any]:
    contact = {"id": 7, "fields": {"core": {"email": {"alias": "email", "value": BEA}}}}
    return {name: [{"contact": contact, "timestamp": "2026-12-03T09:12:00+00:00", **more}]}


def _opened(read: str) -> dict[str, Any]:
    contact = {"id": 7, "fields": {"core": {"email": {"alias": "email", "value": BEA}}}}
    stat = {"dateSent": "2026-12-03T09:12:00+00:00", "dateRead": read, "lead": contact}
    return {"mautic.email_on_open": [{"stat": stat, "timestamp": read}]}


WEBHOOKS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("instantly", {**_INSTANTLY, "event_type": "email_sent", "email_id": "e1"}, "sent", {"touch_number": 2}),
    (
        "instantly",
        {**_INSTANTLY, "event_type": "email_opened", "email_id": "e1"},
        "opened",
        {"lead_id": LEAD},
    ),
    ("instantly", {**_INSTANTLY, "event_type": "link_clicked", "email_id": "e1"}, "clicked", {}),
    (
        "instantly",
        {
            **_INSTANTLY,
            "event_type": "reply_received",
            "email_id": "e2",
            "reply_subject": "Re: Hello",
            "reply_text": REPLY,
        },
        "reply",
        {"intent": "interested", "text": "Yes, I am interested. Let us talk on Tuesday."},
    ),
    (
        "instantly",
        {**_INSTANTLY, "event_type": "reply_received", "email_id": "e3", "reply_text": AWAY},
        "auto_reply",
        {"until": "2026-12-10"},
    ),
    (
        "instantly",
        {**_INSTANTLY, "event_type": "auto_reply_received", "reply_text": "Back soon."},
        "auto_reply",
        {},
    ),
    (
        "instantly",
        {**_INSTANTLY, "event_type": "email_bounced", "email_id": "e4"},
        "bounce",
        {"bounce_type": None},
    ),
    (
        "instantly",
        {**_INSTANTLY, "event_type": "lead_unsubscribed"},
        "unsubscribe",
        {"intent": "unsubscribe"},
    ),
    ("instantly", {**_INSTANTLY, "event_type": "lead_interested"}, "status", {"intent": "interested"}),
    (
        "instantly",
        {**_INSTANTLY, "event_type": "lead_not_interested"},
        "status",
        {"intent": "not_interested"},
    ),
    ("instantly", {**_INSTANTLY, "event_type": "lead_meeting_booked"}, "meeting_booked", {}),
    ("instantly", {**_INSTANTLY, "event_type": "lead_meeting_completed"}, "meeting_held", {}),
    ("instantly", {**_INSTANTLY, "event_type": "lead_no_show"}, "meeting_missed", {}),
    ("instantly", {**_INSTANTLY, "event_type": "lead_out_of_office"}, "auto_reply", {}),
    ("instantly", {**_INSTANTLY, "event_type": "lead_wrong_person"}, "status", {"review": True}),
    ("instantly", {**_INSTANTLY, "event_type": "lead_closed"}, "status", {"intent": None}),
    ("instantly", {**_INSTANTLY, "event_type": "campaign_completed"}, "other", {}),
    ("instantly", {**_INSTANTLY, "event_type": "account_error"}, "other", {}),
    ("instantly", {**_INSTANTLY, "event_type": "Nurture in spring"}, "other", {"review": False}),
    ("instantly", {**_INSTANTLY, "event_type": "Please take me off your list"}, "other", {"review": True}),
    (
        "smartlead",
        {**_SMARTLEAD, "event_type": "EMAIL_SENT"},
        "sent",
        {"message_id": "<sent-1@tidewater.test>"},
    ),
    ("smartlead", {**_SMARTLEAD, "event_type": "FIRST_EMAIL_SENT"}, "sent", {"touch_number": 2}),
    (
        "smartlead",
        {**_SMARTLEAD, "event_type": "EMAIL_OPEN"},
        "opened",
        {"answers": ("<sent-1@tidewater.test>",)},
    ),
    ("smartlead", {**_SMARTLEAD, "event_type": "EMAIL_LINK_CLICK"}, "clicked", {}),
    (
        "smartlead",
        {
            **_SMARTLEAD,
            "event_type": "EMAIL_REPLY",
            "reply_message": {
                "message_id": "<reply-1@firma.example>",
                "html": "<p>Please remove me from your list.</p>",
            },
        },
        "reply",
        {
            "intent": "unsubscribe",
            "message_id": "<reply-1@firma.example>",
            "answers": ("<sent-1@tidewater.test>",),
        },
    ),
    (
        "smartlead",
        {
            "event_type": "EMAIL_REPLY",
            "lead_email": BEA,
            "time_replied": AT,
            "reply_body": REPLY,
            "message_id": "<sent-1@tidewater.test>",
        },
        "reply",
        {"recipient": BEA, "at": AT},
    ),
    (
        "smartlead",
        {**_SMARTLEAD, "event_type": "EMAIL_BOUNCE", "bounce_message": {"text": "550 5.1.1 User unknown"}},
        "bounce",
        {"bounce_type": "hard", "recipient": BEA},
    ),
    (
        "smartlead",
        {
            **_SMARTLEAD,
            "event_type": "EMAIL_BOUNCE",
            "bounce_message": {"text": "550 5.7.1 blocked: listed as spam source"},
        },
        "bounce",
        {"bounce_type": "blocked"},
    ),
    ("smartlead", {**_SMARTLEAD, "event_type": "LEAD_UNSUBSCRIBED"}, "unsubscribe", {}),
    (
        "smartlead",
        {
            **_SMARTLEAD,
            "event_type": "LEAD_CATEGORY_UPDATED",
            "lead_category": {"new_name": "Meeting Request"},
        },
        "status",
        {"intent": "interested"},
    ),
    (
        "smartlead",
        {
            **_SMARTLEAD,
            "event_type": "LEAD_CATEGORY_UPDATED",
            "lead_category": {"new_name": "Do Not Contact"},
        },
        "unsubscribe",
        {},
    ),
    (
        "smartlead",
        {
            **_SMARTLEAD,
            "event_type": "UNTRACKED_REPLIES",
            "reply_body": "<p>Who are you?</p><blockquote>Please remove me</blockquote>",
        },
        "reply",
        {"intent": "question"},
    ),
    ("smartlead", {**_SMARTLEAD, "event_type": "CAMPAIGN_STATUS_CHANGED"}, "other", {}),
    ("smartlead", {**_SMARTLEAD, "event_type": "MANUAL_STEP_REACHED"}, "other", {}),
    ("smartlead", {**_SMARTLEAD, "event_type": "EMAIL_ACCOUNT_DISCONNECTED"}, "other", {}),
    ("smartlead", {**_SMARTLEAD, "event_type": "LINKEDIN_DISCONNECTED"}, "other", {}),
    ("lemlist", {**_LEMLIST, "type": "emailsSent"}, "sent", {"touch_number": None}),
    ("lemlist", {**_LEMLIST, "type": "emailsOpened"}, "opened", {}),
    ("lemlist", {**_LEMLIST, "type": "emailsClicked"}, "clicked", {}),
    (
        "lemlist",
        {**_LEMLIST, "type": "emailsReplied", "text": "Nicht jetzt, bitte im Februar 2027."},
        "reply",
        {"intent": "not_now"},
    ),
    ("lemlist", {**_LEMLIST, "type": "emailsBounced"}, "bounce", {}),
    ("lemlist", {**_LEMLIST, "type": "emailsUnsubscribed"}, "unsubscribe", {}),
    ("lemlist", {**_LEMLIST, "type": "emailsInterested"}, "status", {"intent": "interested"}),
    ("lemlist", {**_LEMLIST, "type": "notInterested"}, "status", {"intent": "not_interested"}),
    ("lemlist", {**_LEMLIST, "type": "linkedinInviteAccepted"}, "linkedin", {"channel": "linkedin"}),
    ("lemlist", {**_LEMLIST, "type": "linkedinReplied", "text": "Gern."}, "reply", {"channel": "linkedin"}),
    (
        "lemlist",
        {**_LEMLIST, "type": "aircallNotInterested"},
        "status",
        {"intent": "not_interested", "channel": "call"},
    ),
    ("lemlist", {**_LEMLIST, "type": "aircallEnded"}, "call", {"channel": "call"}),
    ("lemlist", {**_LEMLIST, "type": "emailsSendFailed"}, "other", {}),
    ("lemlist", {**_LEMLIST, "type": "sendLimitReached"}, "other", {}),
    (
        "mailshake",
        {**_MAILSHAKE, "type": "reply", "plainTextBody": REPLY},
        "reply",
        {"intent": "interested", "lead_id": LEAD},
    ),
    ("mailshake", {**_MAILSHAKE, "type": "out-of-office", "plainTextBody": AWAY}, "auto_reply", {}),
    ("mailshake", {**_MAILSHAKE, "type": "unsubscribe"}, "unsubscribe", {}),
    ("mailshake", {"resource_url": "https://api.mailshake.test/2017-04-01/x"}, "other", {"recipient": None}),
    ("woodpecker", [{**_WOODPECKER, "method": "prospect_replied"}], "reply", {"lead_id": LEAD}),
    ("woodpecker", [{**_WOODPECKER, "method": "prospect_autoreplied"}], "auto_reply", {}),
    ("woodpecker", [{**_WOODPECKER, "method": "link_clicked"}], "clicked", {}),
    ("woodpecker", [{**_WOODPECKER, "method": "email_opened"}], "opened", {}),
    ("reply", {**_REPLY, "event": {"type": "email_replied", "date": AT}}, "reply", {"touch_number": 2}),
    ("reply", {**_REPLY, "event": {"type": "contact_opted_out", "date": AT}}, "unsubscribe", {}),
    ("reply", {**_REPLY, "event": {"type": "email_opened", "date": AT}}, "opened", {}),
    ("reply", {**_REPLY, "event": {"type": "email_sent", "date": AT}}, "sent", {}),
    (
        "hubspot",
        [
            {
                **_HUBSPOT,
                "subscriptionType": "contact.propertyChange",
                "propertyName": "hs_email_optout",
                "propertyValue": "true",
            }
        ],
        "unsubscribe",
        {"at": AT},
    ),
    (
        "hubspot",
        [
            {
                **_HUBSPOT,
                "subscriptionType": "contact.propertyChange",
                "propertyName": "hs_email_optout",
                "propertyValue": "false",
            }
        ],
        "other",
        {},
    ),
    (
        "hubspot",
        [
            {
                **_HUBSPOT,
                "subscriptionType": "contact.propertyChange",
                "propertyName": "hs_sales_email_last_replied",
                "propertyValue": "1796289120000",
            }
        ],
        "reply",
        {},
    ),
    ("mautic", _opened("2026-12-03T09:12:01+00:00"), "opened", {"machine": True}),
    ("mautic", _opened("2026-12-03T11:12:01+00:00"), "opened", {"machine": None}),
    (
        "mautic",
        _mautic("mautic.lead_channel_subscription_changed", channel="email", new_status="unsubscribed"),
        "unsubscribe",
        {"recipient": BEA},
    ),
    (
        "mautic",
        _mautic("mautic.lead_channel_subscription_changed", channel="email", new_status="bounced"),
        "bounce",
        {},
    ),
    (
        "mautic",
        _mautic("mautic.lead_channel_subscription_changed", channel="email", new_status="contactable"),
        "other",
        {},
    ),
    ("mautic", _mautic("mautic.email_on_send"), "sent", {}),
    ("mautic", _mautic("mautic.lead_post_save_update"), "other", {}),
    (
        "brevo",
        {**_BREVO, "event": "hard_bounce", "reason": "550 5.1.1 unknown user"},
        "bounce",
        {"bounce_type": "hard"},
    ),
    ("brevo", {**_BREVO, "event": "unique_proxy_open"}, "opened", {"machine": True, "at": AT}),
    ("brevo", {**_BREVO, "event": "spam"}, "complaint", {}),
    ("mailchimp", {**_MAILCHIMP, "type": "unsubscribe"}, "unsubscribe", {"recipient": BEA, "at": AT}),
    ("mailchimp", {**_MAILCHIMP, "type": "cleaned", "data[reason]": "abuse"}, "complaint", {}),
    (
        "mailchimp",
        {**_MAILCHIMP, "type": "cleaned", "data[reason]": "hard"},
        "bounce",
        {"bounce_type": "hard"},
    ),
    (
        "listmonk",
        {
            "id": 1,
            "type": "hard",
            "source": "api",
            "created_at": AT,
            "email": BEA,
            "subscriber_uuid": "u",
            "campaign": {"id": 3},
        },
        "bounce",
        {"bounce_type": "hard"},
    ),
    (
        "listmonk",
        {"id": 1, "type": "complaint", "created_at": AT, "email": BEA, "subscriber_uuid": "u"},
        "complaint",
        {},
    ),
]
"""Tool, payload, class, and what else has to be told."""

EXPORTS: dict[str, tuple[str, str, dict[str, int]]] = {
    "instantly": (
        "leads.csv",
        "id,email,status,email_open_count,email_reply_count,email_click_count,lt_interest_status,lead_id\n"
        f"1,{BEA},3,2,1,0,1,{LEAD}\n2,max@firma.example,-2,0,0,0,,\n",
        {"opened": 1, "reply": 1, "status": 1, "unsubscribe": 1},
    ),
    "smartlead": (
        "statistics.csv",
        "lead_email,lead_category,sequence_number,email_campaign_seq_id,sent_time,open_time,click_time,reply_time,"
        "open_count,click_count,is_unsubscribed,is_bounced\n"
        f"{BEA},Interested,1,5,2026-12-01T09:00:00Z,2026-12-01T10:00:00Z,,2026-12-02T09:00:00Z,3,0,false,false\n"
        "max@firma.example,,1,5,2026-12-01T09:00:00Z,,,,0,0,true,true\n",
        {"sent": 2, "opened": 1, "reply": 1, "status": 1, "unsubscribe": 1, "bounce": 1},
    ),
    "lemlist": (
        "leads.csv",
        "emailStatus,email,firstName,lead_id,lastState,status\n"
        f"deliverable,{BEA},Bea,{LEAD},emailsReplied,interested\ndeliverable,max@firma.example,Max,,emailsSent,running\n"
        "risky,kim@firma.example,Kim,,emailsBounced,done\n",
        {"reply": 1, "status": 1, "sent": 1, "bounce": 1},
    ),
    "mailshake": (
        "replies.json",
        '{"nextToken": null, "results": [{"id": 5, "actionDate": "2026-12-03T09:12:00Z", "type": "reply", "subject": "Re: Hi",'
        ' "externalRawMessageID": "<r@firma.example>", "externalConversationID": "y", "plainTextBody": "Not interested.",'
        f' "recipient": {{"emailAddress": "{BEA}"}}, "campaign": {{"title": "Autumn"}}}}]}}',
        {"reply": 1},
    ),
    "woodpecker": (
        "prospects.csv",
        "id,email,first_name,status,interested,snippet1,snippet2,last_replied\n"
        f"1,{BEA},Bea,REPLIED,INTERESTED,{LEAD},x,2026-12-03T09:12:00+0000\n2,max@firma.example,Max,ACTIVE,,,,\n"
        "3,kim@firma.example,Kim,BOUNCED,,,,\n",
        {"reply": 1, "status": 1, "bounce": 1},
    ),
    "apollo": (
        "contacts.csv",
        "First Name,Email,Email Sent,Email Open,Email Bounced,Replied,Demoed,Apollo Contact Id\n"
        f"Bea,{BEA},true,true,false,true,,1\nMax,max@firma.example,true,false,true,false,,2\n",
        {"sent": 2, "opened": 1, "bounce": 1, "reply": 1},
    ),
    "outreach": (
        "mailings.json",
        '{"data": [{"type": "mailing", "id": 1, "attributes": {"deliveredAt": "2026-12-01T09:00:00.000Z", "openedAt": null,'
        ' "repliedAt": "2026-12-03T09:12:00.000Z", "bouncedAt": null, "markedAsSpamAt": null, "unsubscribedAt": null,'
        f' "messageId": "<sent-1@tidewater.test>", "state": "replied", "toAddress": "{BEA}"}},'
        ' "relationships": {"sequence": {"data": {"type": "sequence", "id": 4}}}}]}',
        {"sent": 1, "reply": 1},
    ),
    "salesloft": (
        "emails.json",
        f'{{"data": [{{"id": 1, "recipient_email_address": "{BEA}", "status": "sent", "bounced": false, "sent_at":'
        ' "2026-12-01T09:00:00Z", "counts": {"views": 2, "clicks": 0, "replies": 1}, "cadence": {"id": 4}}], "metadata": {}}',
        {"sent": 1, "opened": 1, "reply": 1},
    ),
    "hubspot": (
        "contacts.csv",
        "Record ID,Email,Unsubscribed from all email,hs_email_bounce,hs_sales_email_last_replied\n"
        f"123,{BEA},No,,2026-12-03 09:12\n124,max@firma.example,Yes,1,\n",
        {"reply": 1, "unsubscribe": 1, "bounce": 1},
    ),
    "mautic": (
        "contacts.csv",
        f"id,email,firstname,dateIdentified,doNotEmail\n1,{BEA},Bea,2026-11-01 10:00:00,1\n2,max@firma.example,Max,2026-11-01,0\n",
        {"unsubscribe": 1},
    ),
    "listmonk": (
        "bounces.json",
        '{"data": {"results": [{"id": 1, "type": "hard", "source": "api", "created_at": "2026-12-03T09:12:00Z",'
        f' "email": "{BEA}", "subscriber_uuid": "u", "campaign": {{"id": 3, "name": "Autumn"}}}}]}}}}',
        {"bounce": 1},
    ),
    "brevo": (
        "events.jsonl",
        f'{{"event": "soft_bounce", "email": "{BEA}", "ts_event": 1796289120, "message-id": "<s@x.test>", "reason": "mailbox full"}}\n'
        f'{{"event": "click", "email": "{BEA}", "ts_event": 1796289120, "message-id": "<s@x.test>", "link": "https://x.test"}}\n',
        {"bounce": 1, "clicked": 1},
    ),
    "mailchimp": (
        "unsubscribed.csv",
        "Email Address,First Name,MEMBER_RATING,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,LEID,EUID\n"
        f"{BEA},Bea,2,2026-12-03 09:12:00,Autumn,1,x\n",
        {"unsubscribe": 1},
    ),
    "reply": (
        "events.jsonl",
        f'{{"event": {{"type": "email_replied", "date": "{AT}"}}, "contact_fields": {{"email": "{BEA}"}}, "sequence_fields":'
        ' {"id": 6, "name": "Autumn"}}\n',
        {"reply": 1},
    ),
}
"""By tool: the name of a file, what it holds, and how many events of each class it tells of."""
