"""The words by which careers pages are found and read, in seven languages, all folded (no case, no accents)."""

from __future__ import annotations

import re

from prospector.normalise.text import fold
from prospector.normalise.words import words_of
from prospector.sites.page.board_links import BOARD_DOMAINS
from prospector.sites.page.literals import word_set

CAREERS_TEXT = re.compile(
    r"(?:careers?|jobs?|vacanc(?:y|ies)|hiring|(?:job|current|open) (?:openings?|positions?|roles?|jobs?)"
    r"|opportunities|work (?:with|for|at) \w+|working (?:at|for|with) \w+|join (?:us|our team|the team)"
    r"|karriere\w{0,8}|stellen\w{0,16}|offene stellen|arbeiten bei|jobborse"
    r"|carrieres?|recrutement|emplois?|offres d'emploi|nous rejoindre|rejoi(?:ndre|gnez)[ -]nous|travailler chez"
    r"|empleos?|trabaja con nosotros|unete|bolsa de trabajo|vacantes|ofertas de empleo|carreras"
    r"|lavora con noi|posizioni aperte|offerte di lavoro|opportunita di lavoro"
    r"|vacatures?|werken (?:bij|voor)|carriere|kom werken"
    r"|vagas|carreiras?|trabalhe (?:connosco|conosco)|junte-se|empregos?"
    r"|kariera|praca|oferty pracy|dolacz do nas|pracuj z nami|karriar|lediga jobb|ledige stillinger|rekry)"
)
"""Words of a link to the jobs of a company."""

CAREERS_WORDS = re.compile(rf"\b(?:{CAREERS_TEXT.pattern})\b")
"""The same words within a longer text."""

CAREERS_SEGMENT = re.compile(
    r"(?:[a-z]{0,12}-)?(?:careers?|jobs?|job-openings?|job-board|joblist\w*|vacanc(?:y|ies)|openings?"
    r"|(?:open|current)-(?:positions?|roles?|openings?|jobs?|vacancies)|positions|opportunities|hiring"
    r"|we-?re-hiring"
    r"|join(?:-?us|-our-team|-the-team)?|work-?(?:with|for|at)-?\w{1,20}|working-(?:at|for|with)-\w{1,20}"
    r"|employment"
    r"|karriere\w{0,8}|stellen\w{0,16}|offene-stellen|jobborse|arbeiten-bei\S{0,20}"
    r"|carrieres?|recrutement|emplois?|offres-d-?emploi|nous-rejoindre|rejoignez-nous|on-recrute"
    r"|empleos?|trabaja-con-nosotros|unete(?:-\w{1,10})?|vacantes|ofertas-de-empleo|trabaja-\w{1,12}"
    r"|lavora-con-noi|posizioni-aperte|offerte-di-lavoro|vacatures?|werken-bij\S{0,20}|carriere"
    r"|vagas|carreiras?|trabalhe-con?nosco|empregos?|recruiting|recruitment"
    r"|kariera|praca|oferty-pracy|karriar|lediga-jobb|ledige-stillinger)(?:\.\w{2,5})?"
)
"""A whole part of a path that leads to the jobs of a company."""

CAREERS_LITERALS = (
    *word_set(
        """career job vacanc hiring opening position role opportunit work join employment karri stellen
        arbeiten carri recrut recruit emploi rejoi travail empleo nete trabaj bolsa vacant carreras lavora
        posizion offert opportunit vacature werken vagas carrei trabalh junte emprego kariera praca pracuj
        oferty lediga ledige rekry carreir"""
    ),
    "cz do nas",
    *BOARD_DOMAINS,
)
"""Literals one of which is in every address or text of a link that leads to jobs, accents or not."""

JOB_SEGMENT = re.compile(
    r"(?:[a-z]{0,12}-)?(?:jobs?|job-?(?:details?|offers?|openings?|postings?|listings?|ads?|descriptions?)"
    r"|positions?"
    r"|openings?|vacanc(?:y|ies)|postings?|requisitions?|(?:open|current)-(?:positions?|roles?|jobs?|vacancies)"
    r"|stellen?|stellen(?:angebote?|anzeigen?|ausschreibung(?:en)?|markt)|offres?|offres?-d-?emploi|emplois?"
    r"|postes?"
    r"|empleos?|vacantes?|ofertas?|puestos?|posizion[ei]|offert[ae]|vacatures?|vagas?|o|p|j)"
)
"""A part of a path after which a single job is named."""

CAREERS_AREA = re.compile(
    r"(?:careers?|karriere|carrieres?|carreiras?|kariera|karriar|join-us|work-with-us|recrutement|about|company)"
)
"""A part of a path that holds jobs, but also pages about working there."""

STORY_SEGMENT = re.compile(
    r"(?:[a-z]{0,12}-)?(?:blogs?|news\w{0,8}|press\w{0,8}|presse\w{0,12}|articles?|artikel|posts?|stor(?:y|ies)"
    r"|events?"
    r"|insights?|podcasts?|magazine?|resources?|guides?|actualites?|noticias?|notizie|nieuws|aktuelles|media"
    r"|webinars?"
    r"|category|tag|author|case-stud(?:y|ies)|customers?|products?|solutions?|shop|wp-content|privacy\S{0,20}"
    r"|datenschutz\S{0,20}|\d{4})"
)
"""A part of a path under which texts are published, not jobs."""

OPENINGS_HEADING = re.compile(
    r"\b(?:(?:open|current|available|latest|our|all|featured|job)\s(?:\w{1,12}\s)?(?:positions?|roles?"
    r"|openings?|jobs?"
    r"|vacanc(?:y|ies)|opportunities)|openings|vacancies|job (?:listings?|offers?|board)|we(?:'re"
    r"| are) (?:hiring|looking)"
    r"|(?:offene|aktuelle|freie|unsere|vakante)n? (?:stellen\w{0,16}|positionen|jobs|vakanzen)|stellenangebote"
    r"|stellenanzeigen|stellenausschreibungen|wir suchen|jobs"
    r"|(?:nos|les) (?:offres|postes)\b.{0,30}|offres d'emploi|postes (?:ouverts|a pourvoir|disponibles)"
    r"|nous recrutons"
    r"|on recrute|(?:vacantes|puestos|posiciones|ofertas)(?: \w{1,12}){0,3}|buscamos"
    r"|posizioni (?:aperte|disponibili)|offerte di lavoro|cerchiamo"
    r"|(?:openstaande |onze |alle )?vacatures|wij zoeken|vagas(?: \w{1,12}){0,2}|oportunidades(?: \w{1,12}){0,2})\b"
)
"""A heading above a list of jobs."""

_GENDER = re.compile(
    r"[(\[]\s?(?:(?:[mwfdhxivna]|div|gn|all genders?|mensch)(?:\s?[/|,*:]\s?(?:[mwfdhxivna]|div|gn"
    r"|mensch)){1,4}|gn|all genders?"
    r"|alle geschlechter)\s?[)\]]|\b(?:m/w/d|w/m/d|m/f/d|f/m/d|h/f|f/h|m/v/x|m/f/x)\b|\w[*:_]in(?:nen)?\b|/-?in\b"
)

_DEPARTMENT_WORDS = word_set(
    """marketing sales engineering product design finance accounting legal people hr human resources operations
    customer success support data science analytics security it information technology research development
    business strategy communications pr growth content creative admin administration office management
    procurement supply chain logistics production manufacturing quality corporate commercial executive
    leadership tech software hardware infrastructure platform and the our team teams department departments
    group all other jobs roles openings positions g a r d rd und et y e en vertrieb personal personalwesen technik
    produktion verwaltung finanzen einkauf logistik entwicklung buchhaltung recht kundenservice ventes achats
    juridique technique informatique ressources humaines comptabilite logistique ventas finanzas recursos humanos
    tecnologia operaciones vendite acquisti risorse umane amministrazione verkoop financien inkoop vendas
    financas compras healthcare education services service retail digital brand talent general international"""
)

_NOT_TITLES = re.compile(
    r"(?:home|about(?: us)?|contact(?: us)?|blog|news|press|faqs?|privacy(?: (?:policy|notice|statement"
    r"|settings))?|imprint|impressum|cookies?.{0,20}"
    r"|terms.{0,20}|login|log in|sign (?:in|up)|menu|search|filter|share|next|previous|back(?: .{0,30})?"
    r"|load more|show .{0,20}"
    r"|all (?:jobs|departments|locations|teams|positions|openings|roles)|view .{0,30}|see .{0,30}"
    r"|browse .{0,30}|read .{0,20}"
    r"|learn .{0,20}|more(?: .{0,20})?|find out.{0,20}|discover.{0,40}|explore.{0,40}|get .{0,30}"
    r"|download.{0,30}|details?"
    r"|apply.{0,30}|bewerben.{0,20}|jetzt .{0,20}|mehr(?: .{0,30})?|zur .{0,30}|zum .{0,30}|weiter(?:lesen"
    r"| .{0,20})?|alle .{0,30}"
    r"|postuler.{0,20}|en savoir plus|voir .{0,30}|ver .{0,30}|leer .{0,20}|mas .{0,20}|inscri\w{0,12}"
    r"|aplicar.{0,20}"
    r"|candid(?:ati|atar|ater|ar|atura)\w{0,4}(?: .{0,20})?|scopri.{0,20}|leggi.{0,20}|lees .{0,20}"
    r"|bekijk .{0,30}|meer .{0,20}|solliciteer.{0,20}|saiba .{0,20}"
    r"|(?:our|why|how|what|who|when|where|meet|life (?:at|in|as|with)|working(?! student)|join|your|the|my|we"
    r"|welcome|tips|hear|become|unser\w{0,2}|warum"
    r"|wie|was|wer|dein\w{0,2}|ihr\w{0,2}|leben|notre|nos|pourquoi|comment|nuestr\w{1,2}|por que|como|perche"
    r"|chi|onze|waarom"
    r"|nossa?s?) .{1,200}"
    r"|careers?|jobs?|karriere|vacatures?|recrutement|carriere|open positions?|vacancies|hiring process"
    r"|application process"
    r"|culture|values|benefits?(?: (?:and|&|und) \w{1,20})?|perks(?: .{0,40})?|people|diversity(?:,? (?:and|&"
    r"|equity).{0,40})?|inclusion|students?"
    r"|graduates?|(?:early|future) careers?|internships?|apprenticeships?|professionals|locations?|teams?|stories"
    r"|testimonials?|awards?|events?|full[ -]?time|part[ -]?time|remote|hybrid|on-?site|permanent|contract"
    r"|temporary"
    r"|vollzeit|teilzeit|unbefristet|befristet|festanstellung|temps plein|cdi|cdd|tiempo completo|voltijd|fulltime)"
    r"|.{0,200}\?|.{1,80} jobs|datenschutz\w{0,12}.{0,20}|(?:for|a|an) .{1,120}|.{0,200}(?:insurance"
    r"|versicherung|stipend|allowance|pension scheme|parental leave|paid leave)"
)
CALL_TO_ACTION = re.compile(
    r"(?:apply.{0,30}|view .{0,40}|see .{0,40}|read .{0,30}|learn .{0,30}|more(?: .{0,30})?|find out.{0,30}"
    r"|details?|open"
    r"|bewerben.{0,20}|jetzt .{0,30}|mehr(?: .{0,30})?|zur .{0,30}|zum .{0,30}|postuler.{0,20}|en savoir plus"
    r"|voir .{0,40}|ver .{0,40}"
    r"|leer .{0,20}|mas .{0,20}|inscri\w{0,12}.{0,20}|aplicar.{0,20}|candid(?:ati|atar|ater|ar"
    r"|atura)\w{0,4}(?: .{0,30})?|scopri.{0,30}|leggi.{0,20}"
    r"|lees .{0,20}|bekijk .{0,40}|meer .{0,20}|solliciteer.{0,20}|saiba .{0,20}|infos?|informationen"
    r"|job description|\W{0,10})"
)
"""What is written on a link beside a title instead of the title."""

EMPLOYMENT = re.compile(
    r"(?:full|part)[ -]?time.{0,30}|permanent.{0,20}|contract(?:or)?|temporary|freelance|internship|vollzeit.{0,30}"
    r"|teilzeit.{0,30}|(?:un)?befristet.{0,20}|festanstellung|werkstudent|cdi|cdd|alternance|stage"
    r"|temps (?:plein|partiel)"
    r"|jornada completa|media jornada|indefinido|tempo (?:pieno|indeterminato|determinato|integral)|voltijd"
    r"|deeltijd"
    r"|fulltime|parttime|\d{1,3} ?%.{0,20}|(?:ab )?sofort|immediately|new|neu|hot|urgent|featured"
)
"""The kind of contract, or a label, beside a title."""


def is_department_only(text: str) -> bool:
    """Whether a text names departments and nothing else ("Sales & Marketing"): a heading or a filter, no job."""
    words = words_of(text[:200])
    return bool(words) and all(word in _DEPARTMENT_WORDS for word in words)


def could_be_title(text: str) -> bool:
    """Whether a text has the shape of a job title: one to fourteen words, no question, no menu item."""
    if not 3 <= len(text) <= 120 or "@" in text or "http" in text.lower():
        return False
    words = words_of(text)
    if not 1 <= len(words) <= 14 or not any(len(word) > 1 and not word.isdigit() for word in words):
        return False
    return not _NOT_TITLES.fullmatch(fold(text)) and not is_department_only(text) and text[-1] not in ".!:"


def has_gender_note(text: str) -> bool:
    """Whether a title says that all genders are meant, as job titles in German and French do ("(m/w/d)")."""
    return _GENDER.search(fold(text[:200])) is not None
