//! The people of Quillmoor Instruments, a company that nobody will find, which makes river
//! gauges and weather stations. Managers stand before those they manage.

use self::Department::{
    Digital, Engineering, Finance, Management, Operations, People, Sales, SupplyChain,
};
use self::Place::{Boston, Bristol, Melbourne, Pune, Rotterdam};

#[derive(Clone, Copy, Debug)]
pub enum Department {
    Management,
    Engineering,
    Operations,
    SupplyChain,
    Sales,
    Finance,
    People,
    Digital,
}

#[derive(Clone, Copy, Debug)]
pub enum Place {
    Bristol,
    Rotterdam,
    Boston,
    Pune,
    Melbourne,
}

impl Department {
    pub fn name(self) -> &'static str {
        match self {
            Management => "Management",
            Engineering => "Engineering",
            Operations => "Operations",
            SupplyChain => "Supply Chain",
            Sales => "Sales and Service",
            Finance => "Finance",
            People => "People",
            Digital => "Digital",
        }
    }
}

impl Place {
    pub fn name(self) -> &'static str {
        match self {
            Bristol => "Bristol",
            Rotterdam => "Rotterdam",
            Boston => "Boston",
            Pune => "Pune",
            Melbourne => "Melbourne",
        }
    }

    pub fn time_zone(self) -> &'static str {
        match self {
            Bristol => "Europe/London",
            Rotterdam => "Europe/Amsterdam",
            Boston => "America/New_York",
            Pune => "Asia/Kolkata",
            Melbourne => "Australia/Melbourne",
        }
    }

    /// What its people speak, the usual first.
    pub fn languages(self) -> &'static [&'static [&'static str]] {
        match self {
            Bristol => &[
                &["English"],
                &["English"],
                &["English", "Welsh"],
                &["English", "Punjabi"],
                &["English", "French"],
            ],
            Rotterdam => &[
                &["Dutch", "English"],
                &["Dutch", "English"],
                &["Dutch"],
                &["Dutch", "English", "Turkish"],
                &["Dutch", "English", "German"],
            ],
            Boston => &[
                &["English"],
                &["English", "Spanish"],
                &["English", "Spanish"],
                &["English", "Portuguese"],
            ],
            Pune => &[
                &["English", "Hindi", "Marathi"],
                &["English", "Hindi"],
                &["English", "Marathi"],
                &["English", "Tamil"],
            ],
            Melbourne => &[
                &["English"],
                &["English", "Mandarin"],
                &["English", "Greek"],
            ],
        }
    }
}

/// Reserved for examples (RFC 2606): nobody will ever have mail there.
const EMAIL_DOMAIN: &str = "quillmoor.example";
/// Its name, and where most of them are.
pub const ORGANISATION: (&str, &str) = ("Quillmoor", "Europe/London");
pub const ADMINISTRATOR: &str = "Owen Pritchard";

/// Name, job title, department, place and line manager.
pub type Row = (&'static str, &'static str, Department, Place, &'static str);

#[rustfmt::skip]
pub const PEOPLE: &[Row] = &[
    ("Helen Armitage", "Managing Director", Management, Bristol, ""),

    ("Tomasz Wieczorek", "Director of Engineering", Engineering, Bristol, "Helen Armitage"),
    ("Kenji Watanabe", "Principal Engineer, Sensors", Engineering, Bristol, "Tomasz Wieczorek"),
    ("Fiona MacAllister", "Engineering Manager, Mechanical", Engineering, Bristol, "Tomasz Wieczorek"),
    ("Sanjay Deshpande", "Engineering Manager, Firmware", Engineering, Pune, "Tomasz Wieczorek"),
    ("Zainab Hussain", "Electronics Engineer", Engineering, Bristol, "Kenji Watanabe"),
    ("Hannah Osei", "Calibration Scientist", Engineering, Bristol, "Kenji Watanabe"),
    ("Luca Moretti", "Hydrologist", Engineering, Bristol, "Kenji Watanabe"),
    ("Eleanor Finch", "Graduate Engineer", Engineering, Bristol, "Kenji Watanabe"),
    ("Callum Reid", "Design Engineer", Engineering, Bristol, "Fiona MacAllister"),
    ("Piotr Nowak", "Test Engineer", Engineering, Bristol, "Fiona MacAllister"),
    ("Isla Drummond", "Technical Author", Engineering, Bristol, "Fiona MacAllister"),
    ("Daniel Abebe", "Mechanical Engineer", Engineering, Boston, "Fiona MacAllister"),
    ("Meera Joshi", "Firmware Engineer", Engineering, Pune, "Sanjay Deshpande"),
    ("Rohan Kulkarni", "Firmware Engineer", Engineering, Pune, "Sanjay Deshpande"),

    ("Anneke de Vries", "Head of Operations", Operations, Rotterdam, "Helen Armitage"),
    ("Gareth Llewellyn", "Production Manager", Operations, Bristol, "Anneke de Vries"),
    ("Sofia Marques", "Quality Manager", Operations, Bristol, "Anneke de Vries"),
    ("Lotte van den Berg", "Continuous Improvement Lead", Operations, Rotterdam, "Anneke de Vries"),
    ("Femke Bakker", "Warehouse Team Leader", Operations, Rotterdam, "Anneke de Vries"),
    ("Jeroen Smit", "Logistics Planner", Operations, Rotterdam, "Femke Bakker"),
    ("Joanne Sutcliffe", "Assembly Team Leader", Operations, Bristol, "Gareth Llewellyn"),
    ("Beth Hargreaves", "Production Planner", Operations, Bristol, "Gareth Llewellyn"),
    ("Samuel Adomako", "Maintenance Technician", Operations, Bristol, "Gareth Llewellyn"),
    ("Kwame Mensah", "Senior Assembly Technician", Operations, Bristol, "Joanne Sutcliffe"),
    ("Tariq Mahmoud", "Quality Engineer", Operations, Bristol, "Sofia Marques"),

    ("Marcus Ellery", "Head of Supply Chain", SupplyChain, Bristol, "Helen Armitage"),
    ("Stuart Penrose", "Procurement Manager", SupplyChain, Bristol, "Marcus Ellery"),
    ("Maaike Jansen", "Demand Planner", SupplyChain, Rotterdam, "Marcus Ellery"),
    ("Arjun Pillai", "Supplier Quality Engineer", SupplyChain, Pune, "Marcus Ellery"),
    ("Asha Menon", "Buyer, Castings and Housings", SupplyChain, Bristol, "Stuart Penrose"),
    ("Wei Lin Tan", "Category Buyer, Electronics", SupplyChain, Bristol, "Stuart Penrose"),

    ("Ruth Adeyemi", "Head of Commercial", Sales, Bristol, "Helen Armitage"),
    ("Laura Benedetti", "Head of Americas", Sales, Boston, "Helen Armitage"),
    ("Oliver Cartwright", "Key Account Manager", Sales, Bristol, "Ruth Adeyemi"),
    ("Yasmin El-Sayed", "Account Manager", Sales, Bristol, "Ruth Adeyemi"),
    ("Leila Haddad", "Marketing Manager", Sales, Bristol, "Ruth Adeyemi"),
    ("Nils Hendriks", "Service Manager, Europe", Sales, Rotterdam, "Ruth Adeyemi"),
    ("Matilda Harrow", "Country Manager, Australia", Sales, Melbourne, "Ruth Adeyemi"),
    ("Bram Visser", "Field Service Engineer", Sales, Rotterdam, "Nils Hendriks"),
    ("Rachel Kim", "Regional Sales Manager", Sales, Boston, "Laura Benedetti"),
    ("Chloe Sandoval", "Sales Engineer", Sales, Boston, "Laura Benedetti"),
    ("Terrence Boyd", "Service Team Leader", Sales, Boston, "Laura Benedetti"),
    ("Jack Nguyen", "Field Engineer", Sales, Melbourne, "Matilda Harrow"),
    ("Priscilla Tau", "Customer Support Specialist", Sales, Melbourne, "Matilda Harrow"),

    ("David Okonjo", "Finance Director", Finance, Bristol, "Helen Armitage"),
    ("Amelia Brandt", "Financial Controller", Finance, Bristol, "David Okonjo"),
    ("Hugh Pemberton", "Management Accountant", Finance, Bristol, "Amelia Brandt"),
    ("Ngozi Eze", "Finance Analyst", Finance, Bristol, "Amelia Brandt"),
    ("Deepika Shah", "Payroll Lead", Finance, Pune, "Amelia Brandt"),

    ("Siobhan Kelleher", "Head of People", People, Bristol, "Helen Armitage"),
    ("Nadia Rahman", "Learning and Development Lead", People, Bristol, "Siobhan Kelleher"),
    ("Colin Farquhar", "People Partner, Operations", People, Bristol, "Siobhan Kelleher"),
    ("Grace Whitlock", "People Partner, Americas", People, Boston, "Siobhan Kelleher"),

    ("Priya Raghunathan", "Head of Digital", Digital, Pune, "Helen Armitage"),
    ("Vikram Rao", "Software Team Leader", Digital, Pune, "Priya Raghunathan"),
    ("Ananya Bhatt", "Data Analyst", Digital, Pune, "Priya Raghunathan"),
    ("Emily Thornbury", "Product Owner, Data Portal", Digital, Bristol, "Priya Raghunathan"),
    ("Owen Pritchard", "Systems Administrator", Digital, Bristol, "Priya Raghunathan"),
    ("Mateus Oliveira", "User Experience Designer", Digital, Rotterdam, "Emily Thornbury"),
];

pub fn email(name: &str, copy: u16) -> String {
    let local: String = name.to_lowercase().replace(' ', ".");
    let copy = if copy == 1 {
        String::new()
    } else {
        format!(".{copy}")
    };
    format!("{local}{copy}@{EMAIL_DOMAIN}")
}
