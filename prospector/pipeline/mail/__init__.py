"""Reading one mail: in come the bytes of a message, out goes an `Answer`: its class, whom it is about, what is asked.

reading             read_mail(raw): the whole, in the order in which one kind rules out the next
message             the bytes as headers, text and machine-read parts, whatever state they are in
    html_text           HTML as the lines that a reader sees, its quotes marked
reports             what a machine wrote for machines: delivery reports, complaints, notifications
bounces             mails that did not arrive: whose, and hard, soft, blocked or full
auto_replies        answers that nobody wrote
    return_dates        until when somebody is away
    new_contacts        whom to write to instead
replies             an answer without the quotes and the signature
    quote_headers       the line above a quote, in any language
intents             what the sender of a reply wants, by `data/answer_words.tsv`
"""
