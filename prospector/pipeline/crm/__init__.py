"""CRM: in comes where people and deals stand, out go import files and calls that tell a CRM what has changed.

names       what HubSpot and Salesforce call a row, a column and a stage
changes     rows that a CRM was not told yet, or was told otherwise
writing     import files of them
pushing     the same to HubSpot's API
shapes      their JSON
"""
